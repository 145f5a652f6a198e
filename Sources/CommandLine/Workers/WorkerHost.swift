/// Who runs the local workers of links.
package protocol WorkerHost: Sendable {
    /// Numbers of the workers of a link that run now, ascending.
    func running(link: String) -> [Int]
    /// Starts workers of a link; returns one sentence for each that did not start or ended at once.
    func start(link: String, indexes: [Int]) async -> [String]
    /// Stops workers of a link; returns a sentence for each.
    func stop(link: String, indexes: [Int]) async -> [String]
}
