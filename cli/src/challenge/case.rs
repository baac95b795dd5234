//! What is disputed: the receipt of a job or of a call in a session, its inputs, and the own run of it.

use crate::{
    args::{Challenge, Globals, InputArgs, Verify},
    chain::Chain,
    engine::Engine,
    errors::{CliError, Context, Result},
    files,
    infer::{
        input::{payload, Input},
        place,
    },
    output::{text, Out},
    receipts::{self, Exported},
    verify::{self, claimed, claimed::Claimed, model, report::Report},
};
use candor_commitments::Blake2b256;
use candor_engine::{tasks::pursuit::Suspect, traces::in_order};
use candor_primitives::{
    tensor::elements, traits::ReceiptKey, AccountId, JobId, Outcome, Payload, Receipt, ReceiptPath, ReleaseSpec,
    SignedReceipt,
};
use candor_verifier::audit::{AuditOptions, OwnRun};
use codec::DecodeAll;
use sp_core::{sr25519, Pair, H256};

/// Most bytes of one input that are fetched.
const LIMIT: u64 = 1 << 32;

/// A receipt, its call run again, and what came of that.
pub struct Case {
    /// Which receipt.
    pub key: ReceiptKey<AccountId>,
    /// The same for people.
    pub name: String,
    /// The receipt.
    pub receipt: Receipt,
    /// Its inputs, as they lie on chain.
    pub input: Payload,
    /// What puts it on chain, if it is of a session.
    pub present: Option<Box<Present>>,
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

/// A receipt with everything that is needed to run its call again.
struct Source {
    name: String,
    receipt: Receipt,
    input: Payload,
    inputs: Vec<Input>,
    outputs: Vec<H256>,
    claimed: Claimed,
    model: model::Model,
    present: Option<Box<Present>>,
}

/// What puts a receipt of a session on chain.
pub struct Present {
    /// The receipt.
    pub receipt: SignedReceipt,
    /// Roots of the outputs.
    pub outputs: Vec<H256>,
}

/// Run the call again.
pub async fn open(args: &Challenge, globals: &Globals, chain: &Chain, out: &Out) -> Result<Case> {
    let source = match args.job {
        Some(job) => of_job(args, job, globals, chain).await?,
        None => of_session(args, globals, chain, out).await?,
    };
    let Source { name, receipt, input, inputs, outputs, claimed, model, present } = source;
    verify::check_receipt(&model, &claimed, &inputs)?;
    let verify = as_verify(args, receipt.draft.release);
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
        outputs,
        input: input.clone(),
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
    let key = ReceiptKey { path: receipt.draft.path, host: receipt.draft.host.clone() };
    Ok(Case { key, name, receipt, input, report, model, suspect, own, present })
}

async fn of_job(args: &Challenge, id: JobId, globals: &Globals, chain: &Chain) -> Result<Source> {
    let job = chain.job(id, None).await?.ok_or_else(|| {
        CliError::new(format!("job {id} is not on the chain: it is final, or never was"))
            .hint("an answer can be disputed until its window has passed")
    })?;
    let host = crate::args::optional_account(args.host.as_deref())?;
    let answer = match (job.answers.as_slice(), &host) {
        ([], _) => return Err(CliError::new(format!("job {id} has no answer yet"))),
        (answers, Some(host)) => answers
            .iter()
            .find(|answer| answer.host == *host)
            .ok_or_else(|| CliError::new(format!("that host has not answered job {id}")))?,
        ([answer], None) if job.hosts.len() == 1 => answer,
        _ => {
            return Err(CliError::new(format!("several hosts answered job {id}"))
                .hint("say whose answer you mean with --host; `candor verify` tells which one is right"))
        },
    };
    let receipt = Receipt::decode_all(&mut answer.receipt_bytes.as_slice())
        .map_err(|_| CliError::new("the receipt on the chain is damaged"))?;
    let input = chain.job_input(id).await?.ok_or_else(|| CliError::new("the job's inputs are not there any more"))?;
    let verify = as_verify(args, job.release);
    let model = model::find(&verify, globals).await?;
    let claimed = claimed::read(&verify, &model).await?;
    let inputs = inputs(&model.spec, &input).await?;
    let outputs = answer.output.iter().flat_map(|o| o.refs::<Blake2b256>()).map(|t| t.root).collect();
    Ok(Source { name: format!("job {id}"), receipt, input, inputs, outputs, claimed, model, present: None })
}

async fn of_session(args: &Challenge, globals: &Globals, chain: &Chain, out: &Out) -> Result<Source> {
    let exported = match (&args.receipt, &args.file, &args.suspect) {
        (Some(id), _, _) => {
            let data = args.store.data.clone().unwrap_or_else(receipts::store::usual_folder);
            Exported::of(&receipts::one(&data, id)?)?
        },
        (None, Some(file), _) => receipts::read_exported(file)?,
        (None, None, Some(file)) => receipts::read_suspect(file)?,
        (None, None, None) => return Err(CliError::usage("which answer is disputed?").hint("name a job or a receipt")),
    };
    let Exported { receipt: signed, worker, inputs, roots, outputs } = exported;
    let receipt = signed.receipt.clone();
    let ReceiptPath::Session { session, index } = receipt.draft.path else {
        return Err(CliError::usage("the receipt is of a job").hint("name the job by its number"));
    };
    if receipt.draft.genesis != chain.genesis() {
        return Err(CliError::usage("the receipt is of another chain").hint("name a node of that chain with --url"));
    }
    if !sr25519::Pair::verify(&signed.signature, receipt.hash::<Blake2b256>().0, &worker) {
        return Err(CliError::new("the receipt is not signed by its host's worker key: nothing can be shown with it")
            .hint("it was not paid; that is all there is"));
    }
    let model = model::find(&as_verify(args, receipt.draft.release), globals).await?;
    let inputs: Vec<Input> = inputs.into_iter().map(receipts::input).collect();
    let engine = Engine::new(globals)?;
    let source = args.input_source.clone().unwrap_or_else(|| engine.tensors_url());
    let input = payload(&inputs, &source)?;
    if matches!(input, Payload::Content { .. }) {
        place(&inputs, args.input_source.as_deref(), &engine, out).await?;
    }
    let outputs = outputs.into_iter().map(receipts::input).collect();
    // Without the bytes, or with others than were signed, the roots are all that is compared.
    let claimed = claimed::with_receipt(&model.spec, outputs, receipt.clone())
        .unwrap_or_else(|_| Claimed { outputs: vec![None; model.spec.outputs.len()], receipt: Some(receipt.clone()) });
    let name = format!("call {index} of session {session}");
    let present = Some(Box::new(Present { receipt: signed, outputs: roots.clone() }));
    Ok(Source { name, receipt, input, inputs, outputs: roots, claimed, model, present })
}

/// As `candor verify` is asked for it.
fn as_verify(args: &Challenge, release: u32) -> Verify {
    let folder = args.folder.as_ref().map(|folder| folder.display().to_string());
    Verify {
        attested: false,
        model: folder.unwrap_or_else(|| release.to_string()),
        inputs: InputArgs { texts: Vec::new(), json_input: None, npy: Vec::new() },
        output: Vec::new(),
        raw_output: Vec::new(),
        answer: None,
        job: args.job,
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
