//! What every attempt has to pass before it is sent: the budget, the rate limiter and the caller's own hook.

use std::sync::Arc;

use http::StatusCode;

use super::budget::{BudgetExceeded, Reservation};
use super::error::{Error, ErrorKind, Outcome};
use super::exchange::Exchange;
use super::hooks::Outgoing;
use super::rate_limiter::Slot;
use super::rate_window::Heard;
use super::send::{Job, Progress};

/// What an attempt holds while it is under way. Dropping it gives back whatever the attempt did not use.
pub(super) struct Permit {
    slot: Option<Slot>,
    reservation: Option<Reservation>,
}

impl Job {
    /// Waits for the attempt's turn. A stream takes one item from the budget, to see that there is room.
    ///
    /// # Errors
    ///
    /// The attempt may not be sent; nothing is taken from what would have allowed it.
    pub(super) async fn admit(&self, progress: &mut Progress, stream: bool) -> Result<Permit, Error> {
        let clock = Arc::clone(self.client.clock());
        if progress.left(&*clock).is_some_and(|left| left.is_zero()) {
            return Err(self.overall_timeout(Outcome::NotSent));
        }
        progress.attempts += 1;
        let items = self.estimated_items.unwrap_or(u64::from(stream));
        let refused = |exceeded: BudgetExceeded| {
            self.error(ErrorKind::Refused, Outcome::NotSent, "the budget refused the attempt").with_source(exceeded)
        };
        if let Some(budget) = &self.client.0.budget {
            // So that nobody waits for a request that is refused in the end.
            budget.check(1, items).map_err(refused)?;
        }
        let slot = match &self.client.0.limiter {
            Some(limiter) => {
                let schemes = self.chosen.iter().map(|chosen| chosen.scheme.name);
                let policy = &self.settings.retry;
                let admitted = limiter.admit(&self.operation_id, schemes, policy, &*clock, progress.deadline).await;
                Some(admitted.map_err(|wait| {
                    let message = format!("the rate limit window is used up for another {wait:?}");
                    self.error(ErrorKind::RateLimited, Outcome::NotSent, message).with_retry_after(wait)
                })?)
            }
            None => None,
        };
        let reservation = match &self.client.0.budget {
            Some(budget) => Some(budget.reserve(items).map_err(refused)?),
            None => None,
        };
        // Last, because a hook cannot be told that its attempt was not sent after all.
        self.client
            .before_send(&Outgoing {
                operation_id: &self.operation_id,
                method: &self.method,
                url_template: &self.template,
                attempt: progress.attempts,
                estimated_items: self.estimated_items,
                clock: &clock,
            })
            .map_err(|refusal| {
                self.error(ErrorKind::Refused, Outcome::NotSent, "a `before_send` hook refused the attempt")
                    .with_source(refusal)
            })?;
        Ok(Permit { slot, reservation })
    }

    /// Settles what an attempt used by what came of it. What is left of it counts the items of a success.
    pub(super) fn settle(&self, permit: Permit, result: &Result<Exchange, Error>) -> Option<Reservation> {
        if let Some(slot) = permit.slot {
            self.settle_slot(slot, result);
        }
        let mut reservation = permit.reservation?;
        let exchange = result.as_ref().ok().filter(|exchange| exchange.parts.status.is_success())?;
        // The connection of a stream has no items yet, and each is counted when it is there.
        reservation.settle(exchange.open.as_ref().map(|_| 0));
        Some(reservation)
    }

    fn settle_slot(&self, mut slot: Slot, result: &Result<Exchange, Error>) {
        let unix_now = self.client.unix_now();
        match result {
            Ok(Exchange { parts, body, .. }) => {
                let failure = (parts.status == StatusCode::TOO_MANY_REQUESTS)
                    .then(|| Error::answered(self.operation_id.clone(), parts, body.clone(), Some(unix_now)));
                slot.answered(Heard::read(parts.status, &parts.headers, failure.as_ref(), unix_now));
            }
            Err(error) => match (error.status(), error.headers()) {
                (Some(status), Some(headers)) => slot.answered(Heard::read(status, headers, None, unix_now)),
                _ if error.outcome() == Outcome::NotSent => slot.unsent(),
                _ => {}
            },
        }
    }
}

impl Permit {
    /// The request is on its way.
    pub(super) fn sent(&mut self) {
        if let Some(slot) = &mut self.slot {
            slot.sent();
        }
        if let Some(reservation) = &mut self.reservation {
            reservation.sent();
        }
    }
}
