/// Which worker of a group mirrors which partition.
///
/// The group's assignment is only the list of workers, the same bytes for every member; each worker then computes its
/// partitions by itself (highest random weight). So the assignment stays small however many partitions there are, new
/// topics need no rebalance, and a worker that comes or goes moves only the partitions it gains or held.
package struct PartitionShares: Hashable, Sendable {
    /// Names of the workers, sorted.
    package let workers: [String]

    /// The shares of `workers`.
    package init(workers: some Sequence<String>) {
        self.workers = Set(workers).sorted()
    }

    /// The worker that mirrors a partition; nil when there is none.
    package func owner(of partition: Int32, topic: String) -> String? {
        workers.max { weight($0, partition, topic) < weight($1, partition, topic) }
    }

    /// FNV-1a with a final mix: spreads well, and is the same in every build and on every machine.
    private func weight(_ worker: String, _ partition: Int32, _ topic: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        for byte in worker.utf8 { add(byte) }
        add(0)
        for byte in topic.utf8 { add(byte) }
        add(0)
        for shift in stride(from: 0, through: 24, by: 8) { add(UInt8(truncatingIfNeeded: partition >> Int32(shift))) }
        hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return hash ^ hash >> 33
    }

    /// The assignment as it travels: version 1, then the names, each behind its length.
    package var assignment: [UInt8] {
        var bytes: [UInt8] = [1]
        for worker in workers {
            let name = worker.utf8.prefix(255)
            bytes.append(UInt8(name.count))
            bytes.append(contentsOf: name)
        }
        return bytes
    }

    /// Reads an assignment; nil when it is not of this form.
    package init?(assignment: some Collection<UInt8>) {
        guard assignment.first == 1 else { return nil }
        var rest = assignment.dropFirst()
        var names: [String] = []
        while let length = rest.popFirst() {
            guard rest.count >= Int(length), let name = String(validating: rest.prefix(Int(length)), as: UTF8.self)
            else { return nil }
            names.append(name)
            rest = rest.dropFirst(Int(length))
        }
        self.init(workers: names)
    }
}
