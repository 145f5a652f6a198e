import KafkaModel

extension TaskProblem {
    /// The problem as a line for people: what it is about, what happened, its code.
    var line: String { "\(inWords) [\(code)]" }
}
