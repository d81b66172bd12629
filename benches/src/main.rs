//! The program whose instructions are counted: `measured WORK TIMES` does one kind of work so many times.

use std::env;
use std::error::Error;
use std::hint::black_box;

use benches::{lines, page, plain, work};
use x_api_client::types::{ActivityEvent, DmEventList};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [kind, times] = &arguments[..] else { return Err("usage: measured WORK TIMES".into()) };
    let times: usize = times.parse()?;
    match kind.as_str() {
        "check" => {
            work::compare()?;
            println!("{} bytes", page::page().len());
        }
        "decode" => {
            let page = page::page();
            for _ in 0..times {
                black_box(work::decode::<DmEventList>(black_box(&page))?);
            }
        }
        "decode-plain" => {
            let page = page::page();
            for _ in 0..times {
                black_box(work::decode::<plain::DmEventList>(black_box(&page))?);
            }
        }
        "request" => {
            let client = work::client()?;
            for _ in 0..times {
                black_box(work::request(&client)?);
            }
        }
        "stream" => {
            black_box(work::stream(&lines::chunks(), times)?);
        }
        "loop" => {
            black_box(work::bare_loop::<ActivityEvent>(&lines::block(), times)?);
        }
        "loop-plain" => {
            black_box(work::bare_loop::<plain::ActivityEnvelope>(&lines::block(), times)?);
        }
        other => return Err(format!("`{other}` is no work").into()),
    }
    Ok(())
}
