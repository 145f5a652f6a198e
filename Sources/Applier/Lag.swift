/// Records that a mirror topic lacks, by partition.
struct Lag: Equatable, Sendable {
    /// Where each source partition ends.
    let source: [Int64]
    /// Where each mirror partition ends; one that does not exist yet lacks everything.
    let mirror: [Int64]

    /// Records missing in each partition of the source.
    var byPartition: [Int64] {
        source.indices.map { index in max(source[index] - (mirror.indices.contains(index) ? mirror[index] : 0), 0) }
    }
    /// Records missing altogether.
    var total: Int64 { byPartition.reduce(0, +) }
    /// Records missing where most are.
    var largest: Int64 { byPartition.max() ?? 0 }
    /// The first partition whose mirror has more than its source; nil when none has.
    ///
    /// A mirror never passes its source, so whatever this one holds is not all from there.
    var ahead: Int? {
        mirror.indices.first { index in mirror[index] > (source.indices.contains(index) ? source[index] : 0) }
    }
}
