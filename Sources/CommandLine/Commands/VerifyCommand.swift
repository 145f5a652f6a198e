import KafkaClient
import KafkaModel
import LinkStore
import Reconciler

/// `lockstep verify`: compares mirror topics with their sources, record for record.
enum VerifyCommand {
    static let command = Command(
        CommandSyntax(
            "verify", "Compare mirror topics with their sources, batch by batch.",
            operands: "[TOPIC...]", operandLimit: 1000,
            options: [ManifestPaths.option, OptionSyntax("link", value: "NAME", "Only this link.")],
            discussion: """
                Compares offset, timestamp, key, value and headers up to the end each mirror has when its turn comes,
                for topics that have stopped up to where mirroring ended. Only reads.
                Offsets that only one of both clusters still holds cannot be compared; they are named.
                Exit codes: 0 all that both clusters hold is equal, 1 a difference, a mirror topic or partition that is
                missing or of which nothing can be compared, or something could not be read.
                """)
    ) { (arguments, context) throws(CommandFailure) in
        let manifests = try LoadedManifests.load(arguments, context)
        let links = try arguments.value("link").map { (name) throws(CommandFailure) in [try manifests.link(name)] }
        let session = try ClusterSession.open(manifests.desired, context)
        var run = VerifyRun(session: session, terminal: context.terminal, topics: arguments.operands)
        for link in links ?? manifests.desired.links { await run.verify(link) }
        await session.close()
        return run.finish()
    }
}

/// One comparison of all chosen topics.
private struct VerifyRun {
    let session: ClusterSession
    let terminal: Terminal
    let topics: [String]
    private var seen: Set<String> = []
    private var equal = 0
    /// Those of them that have offsets which only one cluster holds.
    private var partlyEqual = 0
    private var notEqual = 0
    private var records: Int64 = 0

    init(session: ClusterSession, terminal: Terminal, topics: [String]) {
        self.session = session
        self.terminal = terminal
        self.topics = topics
    }

    mutating func verify(_ link: LinkSpec) async {
        guard let source = session.clients[link.source], let destination = session.clients[link.destination] else {
            return
        }
        let mirrors: [String: MirrorRecord]
        do throws(StoreError) {
            mirrors = try await StoreReader.read(destination)?.mirrors(of: link.name) ?? [:]
        } catch {
            notEqual += 1
            terminal.note("lockstep: link \(link.name): \(error)")
            return
        }
        let declared = link.isAbsent ? [] : link.mirrorTopics.filter { $0.state != .absent }.map(\.name)
        for name in Set(declared).union(mirrors.keys).sorted() where topics.isEmpty || topics.contains(name) {
            seen.insert(name)
            guard let mirror = mirrors[name], mirror.state != .pendingMirror else {
                notEqual += 1
                terminal.result("\(name): not compared: it is not made yet; apply first")
                continue
            }
            terminal.transient("comparing \(mirror.topic)")
            do throws(ClientError) {
                let verdicts = try await Verifier(source: source, destination: destination).verify(mirror)
                report(mirror, verdicts, link)
            } catch {
                notEqual += 1
                terminal.result("\(mirror.topic): not compared: \(error)")
            }
        }
    }

    private mutating func report(_ mirror: MirrorRecord, _ verdicts: [PartitionVerdict], _ link: LinkSpec) {
        let bad = verdicts.filter { !$0.isEqual }
        let count = verdicts.reduce(0) { $0 + $1.records }
        records += count
        let partial = verdicts.filter { $0.uncompared != nil && $0.start < $0.mirrorEnd }
        if bad.isEmpty {
            equal += 1
            partlyEqual += partial.isEmpty ? 0 : 1
            let partitions = verdicts.count == 1 ? "1 partition" : "\(verdicts.count) partitions"
            let ends = verdicts.map { "\($0.equalUpTo)" }.joined(separator: ", ")
            let extent = partial.isEmpty ? "" : " as far as both hold the same offsets"
            terminal.result(
                "\(mirror.topic): equal to \(link.source)/\(mirror.sourceTopic)\(extent), \(count) records on "
                    + "\(partitions), up to \(ends)")
        } else {
            notEqual += 1
            for verdict in bad { terminal.result("\(verdict.partition): \(Self.text(verdict))") }
        }
        for verdict in partial {
            guard let left = verdict.uncompared else { continue }
            terminal.result("\(verdict.partition): not compared below \(verdict.start): \(left.sentence)")
        }
    }

    /// How far a partition is equal, and why no further.
    private static func text(_ verdict: PartitionVerdict) -> String {
        let equal = verdict.equalUpTo > verdict.start ? "equal from \(verdict.start) up to \(verdict.equalUpTo), " : ""
        if let difference = verdict.difference {
            let rest = verdict.problem.map { ", and is not compared to the end: \($0)" } ?? ""
            return "\(equal)differs at offset \(difference.offset): \(difference.what)\(rest)"
        }
        let extent = equal.isEmpty ? "" : " to the end"
        return "\(equal)not compared\(extent): \(verdict.problem ?? "no reason is known")"
    }

    mutating func finish() -> ExitStatus {
        for topic in topics where !seen.contains(topic) {
            notEqual += 1
            terminal.note("lockstep: no link has a mirror topic \(topic)")
        }
        if seen.isEmpty, notEqual == 0 {
            terminal.note("lockstep: no link has a mirror topic, so nothing was compared")
            return .failed
        }
        let what = "\(equal) of \(equal + notEqual) mirror topics are equal to their sources"
        let part = partlyEqual == 0 ? "" : ", \(partlyEqual) of them only as far as both clusters hold the same offsets"
        terminal.result("Compared \(records) records: \(what)\(part).")
        return notEqual == 0 ? .done : .failed
    }
}
