//! Decoding answers that were fetched by other means than a client's own transport.

use bytes::Bytes;
use http::response::Parts;
use serde::de::DeserializeOwned;

use super::call::Call;
use super::decode::{Answer, ByStatus, Envelope};
use super::error::Error;
use super::operation::Operation;
use super::response::Response;

/// Decoding answers that were fetched by other means.
impl Call {
    /// As [`Call::json`] decodes.
    ///
    /// # Errors
    ///
    /// The status is no success, or the body could not be decoded.
    pub fn decode_json<T: DeserializeOwned>(
        operation: &'static Operation,
        parts: &Parts,
        body: Bytes,
    ) -> Result<Response<T>, Error> {
        Answer::of(operation, parts, body)?.json()
    }

    /// As [`Call::envelope`] decodes.
    ///
    /// # Errors
    ///
    /// The status is no success, or the body could not be decoded or holds errors alone.
    pub fn decode_envelope<T: Envelope>(
        operation: &'static Operation,
        parts: &Parts,
        body: Bytes,
    ) -> Result<Response<T>, Error> {
        Answer::of(operation, parts, body)?.envelope()
    }

    /// As [`Call::json_or_default`] decodes.
    ///
    /// # Errors
    ///
    /// The status is no success, or the body could not be decoded.
    pub fn decode_json_or_default<T: DeserializeOwned + Default>(
        operation: &'static Operation,
        parts: &Parts,
        body: Bytes,
    ) -> Result<Response<T>, Error> {
        Answer::of(operation, parts, body)?.json_or_default()
    }

    /// As [`Call::json_or_none`] decodes.
    ///
    /// # Errors
    ///
    /// The status is no success, or the body could not be decoded.
    pub fn decode_json_or_none<T: DeserializeOwned>(
        operation: &'static Operation,
        parts: &Parts,
        body: Bytes,
    ) -> Result<Response<Option<T>>, Error> {
        Answer::of(operation, parts, body)?.json_or_none()
    }

    /// As [`Call::empty`] decodes.
    ///
    /// # Errors
    ///
    /// The status is no success.
    pub fn decode_empty(operation: &'static Operation, parts: &Parts, body: Bytes) -> Result<Response<()>, Error> {
        Answer::of(operation, parts, body)?.empty()
    }

    /// As [`Call::bytes`] decodes.
    ///
    /// # Errors
    ///
    /// The status is no success.
    pub fn decode_bytes(operation: &'static Operation, parts: &Parts, body: Bytes) -> Result<Response<Bytes>, Error> {
        Answer::of(operation, parts, body)?.bytes()
    }

    /// As [`Call::text`] decodes.
    ///
    /// # Errors
    ///
    /// The status is no success, or the body is not UTF-8.
    pub fn decode_text(operation: &'static Operation, parts: &Parts, body: Bytes) -> Result<Response<String>, Error> {
        Answer::of(operation, parts, body)?.text()
    }

    /// As [`Call::by_status`] decodes.
    ///
    /// # Errors
    ///
    /// The status is no success, or the body could not be decoded.
    pub fn decode_by_status<T: ByStatus>(
        operation: &'static Operation,
        parts: &Parts,
        body: Bytes,
    ) -> Result<Response<T>, Error> {
        Answer::of(operation, parts, body)?.by_status()
    }
}
