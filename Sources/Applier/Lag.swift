/// Records that a mirror topic lacks, by partition.
struct Lag: Equatable, Sendable {
    /// Records missing in each partition of the source.
    var byPartition: [Int64]

    /// - Parameters:
    ///   - source: where each source partition ends.
    ///   - mirror: where each mirror partition ends; one that does not exist yet lacks everything.
    init(source: [Int64], mirror: [Int64]) {
        byPartition = source.indices.map { index in
            max(source[index] - (mirror.indices.contains(index) ? mirror[index] : 0), 0)
        }
    }

    /// Records missing altogether.
    var total: Int64 { byPartition.reduce(0, +) }
    /// Records missing where most are.
    var largest: Int64 { byPartition.max() ?? 0 }
}
