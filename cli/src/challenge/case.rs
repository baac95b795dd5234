//! What is disputed: a job's receipt, its call, and the own run of it.

use crate::{
    args::{Challenge, Globals, InputArgs, Verify},
    chain::Chain,
    errors::{CliError, Context, Result},
    files,
    infer::input::Input,
    output::{text, Out},
    verify::{self, claimed, model, report::Report},
};
use candor_engine::{tasks::pursuit::Suspect, traces::in_order};
use candor_primitives::{tensor::elements, traits::ReceiptKey, AccountId, Outcome, Payload, Receipt, ReleaseSpec};
use candor_verifier::audit::{AuditOptions, OwnRun};
use codec::DecodeAll;

/// Most bytes of one input that are fetched.
const LIMIT: u64 = 1 << 32;

/// A receipt, its call run again, and what came of that.
pub struct Case {
    /// Which receipt.
    pub key: ReceiptKey<AccountId>,
    /// The receipt.
    pub receipt: Receipt,
    /// What was compared, for people.
    pub report: Report,
    /// The release.
    pub model: model::Model,
    /// The call.
    pub suspect: Suspect,
    /// The own run.
    pub own: Option<OwnRun>,
}

impl Case {
    /// Whether the own run ends as the receipt says.
    pub fn is_right(&self) -> bool {
        let outcome = self.own.as_ref().and_then(|own| self.suspect.outcome(own));
        match (outcome, self.receipt.outcome) {
            (Some(own), claimed) => own == claimed,
            // It fails here at no element that could be named.
            (None, claimed) => matches!(claimed, Outcome::Failed { .. }),
        }
    }
}

/// Run the job again.
pub async fn open(args: &Challenge, globals: &Globals, chain: &Chain, out: &Out) -> Result<Case> {
    let job = chain.job(args.job, None).await?.ok_or_else(|| {
        CliError::new(format!("job {} is not on the chain: it is final, or never was", args.job))
            .hint("an answer can be disputed until its window has passed")
    })?;
    let host = crate::args::optional_account(args.host.as_deref())?;
    let answer = match (job.answers.as_slice(), &host) {
        ([], _) => return Err(CliError::new(format!("job {} has no answer yet", args.job))),
        (answers, Some(host)) => answers
            .iter()
            .find(|answer| answer.host == *host)
            .ok_or_else(|| CliError::new(format!("that host has not answered job {}", args.job)))?,
        ([answer], None) if job.hosts.len() == 1 => answer,
        _ => {
            return Err(CliError::new(format!("several hosts answered job {}", args.job))
                .hint("say whose answer you mean with --host; `candor verify` tells which one is right"))
        },
    };
    let receipt = Receipt::decode_all(&mut answer.receipt_bytes.as_slice())
        .map_err(|_| CliError::new("the receipt on the chain is damaged"))?;
    let input =
        chain.job_input(args.job).await?.ok_or_else(|| CliError::new("the job's inputs are not there any more"))?;
    let verify = as_verify(args, job.release);
    let model = model::find(&verify, globals).await?;
    let claimed = claimed::read(&verify, &model).await?;
    let inputs = inputs(&model.spec, &input).await?;
    verify::check_receipt(&model, &claimed, &inputs)?;
    let ready = model::ready(&verify, &model, Some(&receipt), out).await?;
    let tensors = inputs.into_iter().map(verify::tensor_data).collect::<Result<Vec<_>>>()?;
    let tensors = in_order(&model.spec, &ready.judged, tensors).map_err(|e| CliError::new(e.to_string()))?;
    let bar = out.steps();
    let report = verify::rerun(&verify, &model.spec, &ready, tensors.clone(), claimed, &bar).await?;
    let suspect = Suspect {
        library: ready.library,
        judged: ready.judged.clone(),
        threads: ready.threads,
        options: AuditOptions { memory: args.memory << 20, ..AuditOptions::default() },
        inputs: tensors,
        receipt: receipt.clone(),
        outputs: answer
            .output
            .iter()
            .flat_map(|o| o.refs::<candor_commitments::Blake2b256>())
            .map(|t| t.root)
            .collect(),
        input,
    };
    bar.set_message("committing to every value");
    let shown = bar.clone();
    let run = move || {
        let own = suspect.own_run(&mut |done, all| {
            shown.set_length(all as u64);
            shown.set_position(done as u64);
        });
        (suspect, own)
    };
    let (suspect, own) = tokio::task::spawn_blocking(run).await.context("the run broke off")?;
    bar.finish_and_clear();
    let own = own.map_err(|e| CliError::new(e.to_string()))?;
    let key = ReceiptKey { path: receipt.draft.path, host: answer.host.clone() };
    Ok(Case { key, receipt, report, model, suspect, own })
}

/// As `candor verify` is asked for it.
fn as_verify(args: &Challenge, release: u32) -> Verify {
    let folder = args.folder.as_ref().map(|folder| folder.display().to_string());
    Verify {
        model: folder.unwrap_or_else(|| release.to_string()),
        inputs: InputArgs { texts: Vec::new(), json_input: None, npy: Vec::new() },
        output: Vec::new(),
        raw_output: Vec::new(),
        answer: None,
        job: Some(args.job),
        host: None,
        receipt: None,
        trace: None,
        evidence: None,
        trace_out: None,
        trace_values: false,
        other_profile: false,
        memory: args.memory,
        ort: args.ort.clone(),
    }
}

/// The inputs of the job with their bytes.
async fn inputs(spec: &ReleaseSpec, payload: &Payload) -> Result<Vec<Input>> {
    let names = spec.inputs.iter().map(|declared| text(&declared.name));
    let mut inputs = Vec::new();
    match payload {
        Payload::Inline(tensors) => {
            inputs.extend(names.zip(tensors).map(|(name, t)| Input {
                name,
                dtype: t.dtype,
                shape: t.shape.to_vec(),
                data: t.data.to_vec(),
            }));
        },
        Payload::Content { tensors, source } => {
            for (name, tensor) in names.zip(tensors) {
                let size = tensor.dtype.size().and_then(|size| elements(&tensor.shape)?.checked_mul(size.into()));
                let data = files::tensor(&text(source), tensor, size.unwrap_or(LIMIT).min(LIMIT)).await?;
                inputs.push(Input { name, dtype: tensor.dtype, shape: tensor.shape.to_vec(), data });
            }
        },
    }
    Ok(inputs)
}
