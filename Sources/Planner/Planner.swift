import KafkaModel

/// Compares what is declared with what was found. Pure: no clock, no file, no socket.
package enum Planner {
    /// The plan that leads from `live` to `desired`.
    package static func plan(desired: DesiredState, live: LiveSnapshot) -> Plan {
        Plan(desired: desired, readAtMs: live.readAtMs, fingerprint: "", clusters: [])
    }
}
