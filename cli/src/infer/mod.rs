//! `candor infer`: inputs in, a job on chain, a checked answer out.

mod answer;
pub mod input;
pub mod json;
pub mod npy;
pub mod tokenize;
pub mod values;
pub mod verify;

use crate::{
    account, amounts,
    args::{Globals, Infer, InputArgs},
    chain::{Call, Chain, Head, Submitted},
    engine::Engine,
    errors::{CliError, Context, Kind, Result},
    files, job,
    model::refs,
    output::{self, Out},
};
use answer::Answer;
use candor_commitments::Blake2b256;
use candor_primitives::{AccountId, Balance, JobId, Payload, ReleaseSpec};
use candor_runtime_api::views::{JobPhase, JobView, QuoteError, ReleaseView};
use codec::Encode;
use indicatif::ProgressBar;
use input::Input;
use sp_core::{sr25519, Pair};
use std::path::Path;

/// `candor infer`. Gives the exit code.
pub async fn run(args: &Infer, globals: &Globals, out: &Out) -> Result<u8> {
    let host = crate::args::optional_account(args.host.as_deref())?;
    let chain = Chain::connect(&globals.url).await?;
    let pair = globals.signer(&chain, out).await?;
    let release = refs::resolve(&chain, &args.release).await?;
    let from = output::text(&release.spec.source);
    let inputs = gather(&args.inputs, &release.spec, Files::At(&from), out).await?;
    let inputs = input::arrange(&release.spec, inputs)?;
    let engine = Engine::new(globals)?;
    let source = args.input_source.clone().unwrap_or_else(|| engine.tensors_url());
    let payload = input::payload(&inputs, &source)?;
    let (bound, units) = input::fit(&release.spec, &payload)?;
    let max_fee = match args.max_fee {
        Some(fee) => fee,
        None => quote(&chain, &release, &inputs).await?,
    };
    if matches!(payload, Payload::Content { .. }) {
        place(&inputs, args.input_source.as_deref(), &engine, out).await?;
    }

    let spinner = out.spinner("sending the job");
    let options = JobOptions { host, redundancy: args.redundancy, insured: args.insured, attested: args.attested };
    let call = call(&release, &payload, max_fee, &options);
    let done = perform(&chain, &pair, &call, &spinner).await?;
    let asked = verify::Asked {
        genesis: chain.genesis(),
        release: release.id,
        variants: release.spec.variants.iter().map(|variant| variant.root).collect(),
        input_root: payload.root::<Blake2b256>(),
        requester: AccountId::new(pair.public().0),
        job: done.view.id,
        units,
        max_fee,
        insured: args.insured,
    };
    spinner.set_message("checking the receipt");
    let answer = Answer::check(&chain, &asked, &release.spec, bound, done, args.redundancy).await?;
    spinner.finish_and_clear();
    answer.save(args)?;
    out.document(&answer.to_json(&release), || answer.describe(&release, args.full));
    Ok(if answer.failed() { Kind::RunFailed as u8 } else { 0 })
}

/// Where a release's files are.
#[derive(Clone, Copy, Debug)]
pub enum Files<'a> {
    /// Fetched by content id.
    At(&'a str),
    /// In a folder, under their own names.
    In(&'a Path),
}

/// The inputs from texts, JSON or NumPy files.
pub async fn gather(args: &InputArgs, spec: &ReleaseSpec, files: Files<'_>, out: &Out) -> Result<Vec<Input>> {
    if let Some(file) = &args.json_input {
        return json::read_file(file);
    }
    if !args.npy.is_empty() {
        return args.npy.iter().map(|pair| read_npy(pair)).collect();
    }
    if args.texts.is_empty() {
        return Err(CliError::usage("there is nothing to infer from")
            .hint(format!("give a text, --json-input or --npy; the model wants {}", input::wants(spec))));
    }
    let file = tokenize::file(spec).ok_or_else(|| {
        CliError::usage("this model has no tokenizer, so it does not take plain text")
            .hint(format!("it wants {}; give them with --json-input or --npy", input::wants(spec)))
    })?;
    let tokenizer = match files {
        Files::At(source) => {
            let bar = out.bar("tokenizer.json", file.size);
            let bytes = files::cached(source, file, &bar).await?;
            bar.finish_and_clear();
            bytes
        },
        Files::In(folder) => {
            let path = folder.join(output::text(&file.path));
            std::fs::read(&path).context(format!("{} cannot be read", path.display()))?
        },
    };
    let (inputs, cut) = tokenize::inputs(spec, &tokenizer, &args.texts)?;
    if cut > 0 {
        out.note(format!("note: {cut} of {} texts are longer than the model takes and were cut", args.texts.len()));
    }
    Ok(inputs)
}

fn read_npy(argument: &str) -> Result<Input> {
    let (name, file) = argument.split_once('=').ok_or_else(|| {
        CliError::usage(format!("`{argument}` is not NAME=FILE")).hint("for example --npy pixels=image.npy")
    })?;
    read_npy_file(name, file)
}

/// A NumPy file as a tensor.
pub fn read_npy_file(name: &str, file: &str) -> Result<Input> {
    let bytes = std::fs::read(file).map_err(|error| CliError::usage(format!("{file} cannot be read: {error}")))?;
    let array =
        npy::read(&bytes).map_err(|error| CliError { message: format!("{file}: {}", error.message), ..error })?;
    Ok(Input { name: name.to_owned(), dtype: array.dtype, shape: array.shape, data: array.data })
}

/// The dearest live offer: whoever is drawn then fits.
pub async fn quote(chain: &Chain, release: &ReleaseView, inputs: &[Input]) -> Result<Balance> {
    let shapes: Vec<Vec<u32>> = inputs.iter().map(|input| input.shape.clone()).collect();
    let name = refs::name(release);
    chain.quote(release.id, &shapes).await?.map(|quote| quote.highest).map_err(|error| match error {
        QuoteError::NoOffer => CliError::new(format!("no live host offers {name} right now")).hint(format!(
            "see `candor model show {name}`; offer it yourself with `candor host offer {name} --per-call 0.001`"
        )),
        QuoteError::UnknownRelease => CliError::new(format!("{name} is not on the chain any more")),
        QuoteError::WrongShape => CliError::usage(format!("the shapes do not fit {name}"))
            .hint(format!("it wants {}", input::wants(&release.spec))),
        QuoteError::Overflow => CliError::usage("this call is too large to be priced"),
    })
}

/// Put large inputs where hosts can fetch them.
pub async fn place(inputs: &[Input], source: Option<&str>, engine: &Engine, out: &Out) -> Result<()> {
    let bytes: usize = inputs.iter().map(|input| input.data.len()).sum();
    let bar = out.bar("inputs", bytes as u64);
    for input in inputs {
        match source {
            None => engine.put_tensor(input).await?,
            Some(source) => match source.strip_prefix("file://") {
                Some(folder) => {
                    let file = Path::new(folder).join(hex::encode(input.root().0));
                    std::fs::create_dir_all(folder).context(format!("{folder} cannot be made"))?;
                    std::fs::write(&file, &input.data).context(format!("{} cannot be written", file.display()))?;
                },
                None => {
                    let url = format!("{}/{}", source.trim_end_matches('/'), hex::encode(input.root().0));
                    out.note(format!("note: the host will fetch `{}` from {url}", input.name));
                },
            },
        }
        bar.inc(input.data.len() as u64);
    }
    bar.finish_and_clear();
    Ok(())
}

fn call(release: &ReleaseView, payload: &Payload, max_fee: Balance, options: &JobOptions) -> Call {
    if *options == (JobOptions { host: None, redundancy: 1, insured: 0, attested: false }) {
        return Call::new("Jobs", "submit").number(release.id).arg(payload).number(max_fee);
    }
    Call::new("Jobs", "submit_with").number(release.id).arg(payload).number(max_fee).arg(options)
}

/// The chain's own record of the same name, field by field.
#[derive(Encode, PartialEq, Eq)]
pub struct JobOptions {
    /// The only host that may run it.
    pub host: Option<AccountId>,
    /// Hosts that run it.
    pub redundancy: u8,
    /// Value that each host's stake answers for beside its fee, in planck.
    pub insured: Balance,
    /// Whether only attested hosts may run it.
    pub attested: bool,
}

/// A delivered job.
struct Done {
    view: JobView,
    /// A block whose state has the answers.
    head: Head,
    submitted: Submitted,
}

/// Submit and wait for the answer.
async fn perform(chain: &Chain, pair: &sr25519::Pair, call: &Call, spinner: &ProgressBar) -> Result<Done> {
    let heads = chain.follow().await?;
    let mut submitted = chain.submit(pair, call).await?;
    let mut follower = job::Follower::from_block(heads, job_of(&submitted)?, submitted.head);
    match deliver(chain, &mut submitted, &mut follower, spinner).await {
        Ok((view, head)) => Ok(Done { view, head, submitted }),
        Err(error) if error.kind == Kind::General => {
            let id = job_of(&submitted)?;
            let follow = format!("job {id} goes on without this program: `candor job watch {id}` follows it");
            let hint = error.hint.as_ref().map_or_else(|| follow.clone(), |hint| format!("{hint}\n  {follow}"));
            Err(error.hint(hint))
        },
        Err(error) => Err(error),
    }
}

/// Follow a submitted job until it is answered.
async fn deliver(
    chain: &Chain,
    submitted: &mut Submitted,
    follower: &mut job::Follower<'_>,
    spinner: &ProgressBar,
) -> Result<(JobView, Head)> {
    loop {
        let head = tokio::select! {
            head = follower.wait() => head?,
            moved = submitted.moved() => {
                submitted.follow(chain, moved).await?;
                follower.rename(job_of(submitted)?, submitted.head);
                continue;
            },
        };
        match follower.look(chain, head).await? {
            job::Step::At(view, head) if view.phase == JobPhase::Delivered => {
                return Ok((*view, head));
            },
            job::Step::At(view, head) => {
                spinner.set_message(format!("block {}: job {} {}", head.number, view.id, job::phase_words(&view)));
            },
            job::Step::Ended(end) => match end.before.clone() {
                // The answer came and became final between two looks.
                Some(view) if end.served() => return Ok((view, head)),
                _ => {
                    return Err(CliError::new(end.describe(job_of(submitted)?))
                        .kind(Kind::Unserved)
                        .hint("try again; `candor model show` lists the live hosts"))
                },
            },
            job::Step::Unknown => {},
        }
    }
}

fn job_of(submitted: &Submitted) -> Result<JobId> {
    submitted.number("Jobs", "JobSubmitted", "job").map(|job| job as JobId)
}

/// A line about money and place, for people.
fn facts(fee: Balance, host: &AccountId) -> String {
    format!("fee        {}\nhost       {}\n", amounts::show(fee), account::address(host))
}
