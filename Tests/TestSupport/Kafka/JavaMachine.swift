/// What a broker's JVM is made for.
package enum JavaMachine: Sendable {
    /// Starts quickly and stays small, and never becomes fast: for tests.
    case quickToStart
    /// Compiles fully and collects in short pauses, as Kafka's own start script has it: for measurements.
    case fastInTime

    var options: [String] {
        switch self {
        case .quickToStart: ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        case .fastInTime:
            ["-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35"]
        }
    }
}
