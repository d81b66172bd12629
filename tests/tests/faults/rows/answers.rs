//! Answers that break.

use std::time::Duration;

use tests::faulty::{Script, Step, head, length, raw, status};

use crate::rig::ATTEMPT;
use crate::row::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    let nothing = || vec![Step::Reset];
    let hints = || vec![Step::Hints, Step::Reset];
    let begun = |end: Step| [length(20, "{\"da"), vec![Step::Taken, end]].concat();
    let good = || head(200, &[], "{}");
    let silence = || Step::Silence(ATTEMPT);
    vec![
        row("reset before headers: GET").always(3, nothing()).sees(["Transport/MayHaveArrived"]).requests(3).waits([500, 1000]),
        row("reset before headers: GET, then an answer").answers([nothing(), good()]).sees(["Ok"]).requests(2).waits([500]),
        row("reset before headers: POST").answers([nothing()]).post().sees(["Transport/MayHaveArrived"]),
    ]
}
