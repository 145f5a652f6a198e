/// What the embedded broker deliberately leaves out.
///
/// What is not in this list is meant to be as in Kafka 4.3.
///
/// **The cluster**
/// - More than one broker: the replication factor is 1. Held replication and changes of leaders are test controls.
/// - Disk: logs are in memory, without segments; `segment.*`, `flush.*` and `file.*` configs only limit batch sizes.
/// - Retention and compaction: nothing goes unless DeleteRecords or a test control removes it.
/// - Internal topics hold nothing: groups and transactions are in memory.
/// - Tiered storage: its offsets (-4, -5, -6 in ListOffsets) are the local ones or unknown.
/// - Quotas: `throttleTimeMs` is always 0.
/// - More than one listener; GSSAPI, and signed tokens for OAUTHBEARER.
/// - `ssl.principal.mapping.rules`: the principal of a certificate is its whole subject.
///
/// **Records**
/// - Compressed records are not opened: their count is the header's, a missing key in a compacted topic, a timestamp
///   within bounds at the ends and damage behind a right checksum are not noticed, and offsets by time are those of
///   batches.
/// - `compression.type` other than `producer` does not recompress; batches stay as they were produced.
/// - Message formats 0 and 1, and the versions of Produce and Fetch that carry them.
///
/// **Requests**
/// - Fetch sessions (KIP-227): the session id in answers is 0, so clients send whole requests.
/// - Offsets in transactions (AddOffsetsToTxn, TxnOffsetCommit), ListTransactions, DescribeTransactions.
/// - Features in ApiVersions: clients therefore use transactions as before KIP-890. Versions that imply it are answered
///   as a cluster with `transaction.version` 2 does.
/// - The group protocol of KIP-848, share groups and streams groups. Offsets do not expire.
/// - IncrementalAlterConfigs of brokers; DescribeConfigs of brokers tells a dozen configs.
/// - Delegation tokens, log directories, reassignments, elections, telemetry.
///
/// **Handled differently**
/// - A transaction is decided and its markers are written in one step, so `CONCURRENT_TRANSACTIONS` is answered only to
///   the InitProducerId that aborts an open transaction.
/// - A JoinGroup that the same member sends again while it waits is answered `UNKNOWN_MEMBER_ID`; real brokers never
///   answer it. A group of type `consumer` whose members send no subscription is joined; real ones do not answer.
/// - A Fetch that waits is answered `FENCED_LEADER_EPOCH` when the leader changes; real brokers do so when it has
///   waited as long as it may.
/// - Among protocols with as many votes, the one voted for first is elected; real brokers elect any.
/// - Users have one password for PLAIN and SCRAM.
/// - OAUTHBEARER with another scheme than Bearer, or with a token whose header names no algorithm, is refused; real
///   brokers stumble over both and close the connection.
/// - Producers that were remembered from batches below the log start are forgotten when the leader changes.
enum NotSupported {}
