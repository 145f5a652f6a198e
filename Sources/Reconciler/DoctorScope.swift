import KafkaModel

/// What of a link still needs its clusters: mirrors that have ended need nothing of the source, and on the destination
/// they belong to their new writers.
struct DoctorScope {
    /// The link with the entries that still need something.
    let link: LinkSpec
    /// Source topics whose mirrors have ended.
    let ended: Set<String>

    /// - Parameter records: what is stored of the link's mirror topics, by name; nil when it could not be read, and
    ///   then everything counts.
    init(_ link: LinkSpec, records: [String: MirrorRecord]?) {
        var rest = link
        var ended: Set<String> = []
        if let records {
            for record in records.values where record.state == .stopped { ended.insert(record.sourceTopic) }
            rest.mirrorTopics.removeAll { entry in
                guard let record = records[entry.name] else { return entry.state.isEnd }
                return record.state == .stopped
            }
            let left = Set(rest.mirrorTopics.map(\.sourceName))
            ended.formUnion(link.mirrorTopics.map(\.sourceName).filter { !left.contains($0) })
        }
        self.link = rest
        self.ended = ended
    }

    /// Source topics that entries need: a failover and a deletion do without.
    var declaredTopics: Set<String> {
        Set(link.mirrorTopics.filter { $0.state != .failedOver && $0.state != .absent }.map(\.sourceName))
    }

    /// Whether the link's filters select a source topic that nothing else says anything about.
    func selects(_ topic: String) -> Bool {
        !ended.contains(topic) && link.autoCreateFilters?.selects(topic) == true
    }
}
