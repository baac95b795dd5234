//! What the gateway stands in front of.

use super::{core::Proxy, live::Live};
use crate::{files, output::text};
use bytes::Bytes;
use candor_gateway::{Backend, CallError, InferRequest, InferResponse, ModelInfo};
use candor_primitives::ReleaseId;
use candor_runtime_api::views::OfferView;
use futures::stream::{self, StreamExt};
use indicatif::ProgressBar;
use std::{
    sync::{atomic::Ordering, Arc},
    time::{Duration, Instant},
};

/// Releases whose offers are asked for at a time.
const AT_ONCE: usize = 8;
/// Longest file that is handed on, in bytes.
const LONGEST: u64 = 256 << 20;
/// How long it is remembered which models somebody answers.
const FRESH: Duration = Duration::from_secs(30);

/// The proxy as a backend.
#[derive(Clone)]
pub struct Front(pub Arc<Proxy>);

impl Backend for Front {
    async fn models(&self) -> Result<Vec<ModelInfo>, CallError> {
        let live = self.0.live().await?;
        self.0.catalogue.models(&live).await
    }

    async fn model(&self, name: &str, version: Option<&str>) -> Result<ModelInfo, CallError> {
        let live = self.0.live().await?;
        self.0.catalogue.model(name, version, &live).await
    }

    async fn infer(&self, request: InferRequest) -> Result<InferResponse, CallError> {
        let began = Instant::now();
        let came = self.0.infer(request).await;
        match &came {
            Ok(_) => self.0.metrics.whole(began.elapsed()),
            Err(_) => self.0.metrics.failed.inc(),
        }
        came
    }

    async fn file(&self, model: &str, name: &str) -> Result<Option<Bytes>, CallError> {
        self.0.file(model, name).await
    }

    async fn ready(&self) -> bool {
        !self.0.closing.load(Ordering::Acquire) && self.0.catalogue.all().await.is_ok()
    }
}

impl Proxy {
    async fn infer(self: &Arc<Self>, request: InferRequest) -> Result<InferResponse, CallError> {
        let InferRequest { model, version, inputs, outputs: wanted, deadline, .. } = request;
        let release = self.catalogue.find(&model, version.as_deref()).await?;
        let names: Vec<String> = release.view.spec.outputs.iter().map(|output| text(&output.name)).collect();
        if let Some(unknown) = wanted.iter().find(|name| !names.contains(name)) {
            let message = format!("the model has no output `{unknown}`; it has {}", names.join(", "));
            return Err(CallError::Invalid { field: "outputs".into(), message });
        }
        let fitted = Arc::new(release.fit(inputs)?);
        let mut answer = self.call(&release, fitted, deadline).await?;
        if !wanted.is_empty() {
            answer.outputs.retain(|output| wanted.contains(&output.name));
        }
        Ok(InferResponse {
            model,
            version: release.version.to_string(),
            outputs: answer.outputs,
            receipt: Some(answer.receipt),
            output_roots: answer.roots,
        })
    }

    /// Releases of which somebody answers calls.
    pub(super) async fn live(&self) -> Result<Vec<ReleaseId>, CallError> {
        if let Some((asked, known)) = &*self.live_offers() {
            if asked.elapsed() < FRESH {
                return Ok(known.clone());
            }
        }
        let all = self.catalogue.all().await?;
        let asked: Vec<_> = all.iter().map(|release| self.network.offers(release.id())).collect();
        let offers: Vec<_> = stream::iter(asked).buffered(AT_ONCE).collect().await;
        let answers = |offers: &[OfferView]| offers.iter().any(|offer| offer.live && !self.is_banned(&offer.host));
        let live: Vec<ReleaseId> = all
            .iter()
            .zip(offers)
            .filter(|(_, offers)| offers.as_ref().is_ok_and(|offers| answers(offers)))
            .map(|(release, _)| release.id())
            .collect();
        *self.live_offers() = Some((Instant::now(), live.clone()));
        Ok(live)
    }

    /// A file of a release: from the hosts that are in session, else from its publisher's source. Checked, and kept.
    async fn file(&self, model: &str, name: &str) -> Result<Option<Bytes>, CallError> {
        let release = self.catalogue.find(model, None).await?;
        let spec = &release.view.spec;
        let named = |path: &str| path == name || path.ends_with(&format!("/{name}"));
        let Some(file) = spec.files.iter().find(|file| named(&text(&file.path))) else { return Ok(None) };
        if file.size > LONGEST {
            return Err(CallError::Unavailable(format!("{name} is too large to be handed on")));
        }
        let sessions = self.group(release.id()).sessions();
        let mut sources: Vec<String> =
            sessions.iter().map(|live: &Arc<Live>| store_of(live.client.base_url())).collect();
        sources.push(text(&spec.source));
        let offers = self.network.offers(release.id()).await.unwrap_or_default();
        for offer in offers.iter().filter(|offer| offer.live) {
            if let Ok(Some(host)) = self.network.host(offer.host.clone()).await {
                sources.push(store_of(&text(&host.endpoint)));
            }
        }
        let mut last = format!("nobody has {name}");
        for source in sources {
            match files::cached(&source, file, &ProgressBar::hidden()).await {
                Ok(bytes) => return Ok(Some(bytes.into())),
                Err(error) => last = error.message,
            }
        }
        Err(CallError::Unavailable(last))
    }
}

/// Where a host serves files by content id.
fn store_of(endpoint: &str) -> String {
    format!("{}/v1/store", endpoint.trim_end_matches('/'))
}
