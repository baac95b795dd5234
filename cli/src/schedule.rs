//! `candor schedule`: calls that are repeated, and what came of each run.

use crate::{
    account::{self, address},
    amounts,
    args::{
        schedule::{Create, Schedule},
        Globals,
    },
    chain::{Call, Chain},
    engine::Engine,
    errors::{CliError, Result},
    infer::{self, input, Files},
    job,
    model::refs,
    output::{self, Out},
};
use candor_primitives::{Payload, ScheduleId};
use candor_runtime_api::views::{Run, RunResult, ScheduleView};
use serde_json::{json, Value};
use sp_runtime::DispatchError;

/// Names of the errors of pallets, by the numbers of pallet and error.
type Names = dyn Fn(u8, u8) -> Option<String>;

/// `candor schedule`. Gives the exit code.
pub async fn run(command: &Schedule, globals: &Globals, out: &Out) -> Result<u8> {
    let chain = Chain::connect(&globals.url).await?;
    match command {
        Schedule::Create(args) => create(&chain, args, globals, out).await,
        Schedule::List { account } => list(&chain, globals, out, account.as_deref()).await,
        Schedule::Show { id } => show(&chain, out, *id).await,
        Schedule::Cancel { id } => cancel(&chain, globals, out, *id).await,
        Schedule::Remove { id } => remove(&chain, globals, out, *id).await,
    }
}

async fn create(chain: &Chain, args: &Create, globals: &Globals, out: &Out) -> Result<u8> {
    let host = crate::args::optional_account(args.host.as_deref())?;
    let pair = globals.signer(chain, out).await?;
    let release = refs::resolve(chain, &args.release).await?;
    let from = output::text(&release.spec.source);
    let inputs = infer::gather(&args.inputs, &release.spec, Files::At(&from), out).await?;
    let inputs = input::arrange(&release.spec, inputs)?;
    let engine = Engine::new(globals)?;
    let source = args.input_source.clone().unwrap_or_else(|| engine.tensors_url());
    let payload = input::payload(&inputs, &source)?;
    input::fit(&release.spec, &payload)?;
    let max_fee = match args.max_fee {
        Some(fee) => fee,
        None => infer::quote(chain, &release, &inputs).await?,
    };
    if matches!(payload, Payload::Content { .. }) {
        infer::place(&inputs, args.input_source.as_deref(), &engine, out).await?;
    }
    let options =
        infer::JobOptions { host, redundancy: args.redundancy, insured: args.insured, attested: args.attested };
    let call = Call::new("Jobs", "schedule")
        .number(release.id)
        .arg(&payload)
        .number(max_fee)
        .number(args.every)
        .number(args.times)
        .arg(&options);
    let sent = chain.submit(&pair, &call).await?;
    let id = sent.number("Jobs", "ScheduleCreated", "schedule")?;
    let prepaid = sent.number("Jobs", "ScheduleCreated", "prepaid")?;
    let document = json!({
        "schedule": id, "release": release.id, "period": args.every, "count": args.times,
        "prepaid": amounts::decimal(prepaid), "block": sent.head.number,
    });
    out.document(&document, || {
        format!(
            "schedule {id}: {} every {} blocks, {} times\nheld       {} for all of them; what they do not cost comes back\n\
             follow it with `candor schedule show {id}`",
            refs::name(&release),
            args.every,
            args.times,
            amounts::show(prepaid),
        )
    });
    Ok(0)
}

async fn list(chain: &Chain, globals: &Globals, out: &Out, who: Option<&str>) -> Result<u8> {
    let who = match who {
        Some(text) => account::parse(text)?,
        None => globals.account(chain, out).await?,
    };
    let schedules = chain.schedules_of(&who).await?;
    out.document(&schedules.iter().map(to_json).collect(), || {
        if schedules.is_empty() {
            return format!("{} has no schedules", address(&who));
        }
        let row = |view: &ScheduleView| {
            let (release, runs) = (view.release.to_string(), format!("{}/{}", view.done, view.count));
            vec![view.id.to_string(), release, runs, amounts::decimal(view.prepaid), next_words(view)]
        };
        let rows: Vec<Vec<String>> = schedules.iter().map(row).collect();
        output::table(&["schedule", "release", "runs", "CNDR held", ""], &rows)
    });
    Ok(0)
}

async fn show(chain: &Chain, out: &Out, id: ScheduleId) -> Result<u8> {
    let view = chain.schedule(id).await?.ok_or_else(|| unknown(id))?;
    let runs = chain.runs(id).await?;
    let names = chain.error_names().await?;
    let mut document = to_json(&view);
    document["runs"] = runs.iter().map(|run| run_json(&names, run)).collect();
    out.document(&document, || {
        let mut text = format!(
            "schedule   {}: release {}, every {} blocks\nrequester  {}\nruns       {} of {}\nheld       {} for runs to come, {} as deposit\n\
             next       {}\n",
            view.id,
            view.release,
            view.period,
            address(&view.requester),
            view.done,
            view.count,
            amounts::show(view.prepaid),
            amounts::show(view.deposit),
            next_words(&view),
        );
        for (number, run) in runs.iter().enumerate() {
            text += &format!("{number:>5}  block {:>8}  {}\n", run.due, run_words(&names, &run.result));
        }
        text
    });
    Ok(0)
}

async fn cancel(chain: &Chain, globals: &Globals, out: &Out, id: ScheduleId) -> Result<u8> {
    let pair = globals.signer(chain, out).await?;
    let sent = chain.submit(&pair, &Call::new("Jobs", "cancel_schedule").number(id)).await?;
    let refunded = sent.number("Jobs", "ScheduleEnded", "refunded")?;
    out.document(&json!({ "schedule": id, "refunded": amounts::decimal(refunded) }), || {
        format!("schedule {id} has ended; {} came back", amounts::show(refunded))
    });
    Ok(0)
}

async fn remove(chain: &Chain, globals: &Globals, out: &Out, id: ScheduleId) -> Result<u8> {
    let pair = globals.signer(chain, out).await?;
    chain.submit(&pair, &Call::new("Jobs", "remove_schedule").number(id)).await?;
    out.document(&json!({ "schedule": id, "removed": true }), || {
        format!("schedule {id} is removed; its deposit came back to its requester")
    });
    Ok(0)
}

fn unknown(id: ScheduleId) -> CliError {
    CliError::new(format!("there is no schedule {id}: it was removed, or never made"))
        .hint("`candor schedule list` shows yours")
}

fn next_words(view: &ScheduleView) -> String {
    view.next.map_or_else(|| "ended".into(), |block| format!("block {block}"))
}

fn run_words(names: &Names, result: &RunResult) -> String {
    match result {
        RunResult::Running { job } => format!("job {job} runs"),
        RunResult::Final { job, host, outcome, paid } => {
            let came = match outcome {
                candor_primitives::Outcome::Output(root) => format!("output {}", output::hash(root)),
                candor_primitives::Outcome::Failed { .. } => "the model failed on this input".into(),
            };
            format!("job {job} by {}: {came}, {}", address(host), amounts::show(*paid))
        },
        RunResult::Unanswered { job } => format!("job {job} had no answer that stands; refunded"),
        RunResult::Missed(error) => format!("missed, refunded: {}", reason(names, error)),
    }
}

/// Why a run was missed: the chain keeps numbers, its description has the names.
fn reason(names: &Names, error: &DispatchError) -> String {
    match error {
        DispatchError::Module(module) => names(module.index, module.error[0])
            .unwrap_or_else(|| format!("error {} of pallet {}", module.error[0], module.index)),
        error => <&'static str>::from(*error).into(),
    }
}

fn to_json(view: &ScheduleView) -> Value {
    json!({
        "schedule": view.id, "requester": address(&view.requester), "release": view.release,
        "max_fee": amounts::decimal(view.max_fee), "period": view.period, "count": view.count, "done": view.done,
        "next": view.next, "prepaid": amounts::decimal(view.prepaid), "deposit": amounts::decimal(view.deposit),
    })
}

fn run_json(names: &Names, run: &Run) -> Value {
    let mut value = match &run.result {
        RunResult::Running { job } => json!({ "state": "running", "job": job }),
        RunResult::Final { job, host, outcome, paid } => json!({
            "state": "final", "job": job, "host": address(host), "outcome": job::outcome_json(outcome),
            "paid": amounts::decimal(*paid),
        }),
        RunResult::Unanswered { job } => json!({ "state": "unanswered", "job": job }),
        RunResult::Missed(error) => json!({ "state": "missed", "reason": reason(names, error) }),
    };
    value["due"] = run.due.into();
    value
}
