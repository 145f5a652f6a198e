import Applier
import EventLoop
import KafkaClient
import KafkaModel
import LinkStore
import LinkSync
import Planner

/// The task `AutoCreateMirror`: mirror topics for new source topics that the link's filters select.
///
/// It plans and applies as the commands do, cut down to those creations (`Plan.discovery`), by the link's record alone.
/// As only applies write records, it is a short apply: the lock is taken when there is something to create, for a few
/// topics at a time, and an apply of a person comes first. Partitions that are added to topics are followed elsewhere
/// (`PartitionGrowth`), without any lock.
///
/// Pinned to the destination's loop.
package actor AutoCreateMirror: LinkTask {
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        reading.destination.loop.asUnownedSerialExecutor()
    }

    /// Which task it is.
    package nonisolated let name = LinkTaskName.autoCreateMirror
    private let source: ClusterSpec
    private let destination: ClusterSpec
    private let clients: [String: ClusterClient]
    private let holder: String
    private nonisolated let reading: DiscoveryReading
    /// Source topics whose mirrors the destination refused.
    private var refusals = Refusals<String>()

    /// Topics that are looked at together.
    private static let topicsAtOnce = 256

    /// Topics that are created before the lock is given back, so that nobody waits for it long.
    private static let topicsAtATime = 16
    /// Pause between two turns, in which an apply that waits gets the lock.
    private static let pause = Duration.milliseconds(500)
    /// Pause before the next try while an apply has the lock.
    private static let longPause = Duration.seconds(2)

    /// The task of a worker; nil when its clusters are not declared.
    ///
    /// - Parameters:
    ///   - link: the link as declared; only the names of its clusters are taken from it.
    ///   - clusters: the declared clusters by name.
    ///   - clients: their clients by name.
    ///   - store: reads the destination's state topic; all tasks of a worker share one.
    ///   - holder: the worker, for people who meet the lock.
    package init?(
        link: LinkSpec, clusters: [String: ClusterSpec], clients: [String: ClusterClient], store: StoreReader,
        holder: String
    ) {
        guard let source = clusters[link.source], let destination = clusters[link.destination],
            let original = clients[link.source], let copy = clients[link.destination]
        else { return nil }
        self.source = source
        self.destination = destination
        self.clients = clients
        self.holder = holder
        reading = DiscoveryReading(source: original, destination: copy, store: store)
    }

    /// Looks for source topics without a mirror topic, and creates what is missing.
    package func run(_ pass: TaskPass) async -> TaskOutcome {
        let end = ContinuousClock.now + .milliseconds(pass.link.settings.metadataMaxAgeMs)
        var tally = DiscoveryTally()
        do throws(DiscoveryFailure) {
            let selected = try await reading.selected(by: pass.link.settings)
            tally.selected = selected.count
            var left = try await reading.candidates(of: selected, pass.link)
            refusals.keep(only: Set(left))
            left.removeAll(where: refusals.isWaiting)
            while !left.isEmpty, ContinuousClock.now < end, !Task.isCancelled, await pass.isCurrent() {
                let slice = Array(left.prefix(Self.topicsAtOnce))
                let plan = try await plan(pass.link, slice)
                tally.take(plan)
                guard plan.hasChanges else {
                    left.removeFirst(slice.count)
                    continue
                }
                let result = await apply(plan)
                // What an ending worker leaves is for the others.
                if Task.isCancelled { break }
                tally.take(result)
                if tally.hasFailed { break }
                let tried = note(result, prefix: pass.link.prefix)
                left.removeAll(where: tried.contains)
                await reading.destination.pause(tally.isWaiting ? Self.longPause : Self.pause)
            }
        } catch {
            tally.fail(error)
        }
        tally.refused = refusals.problems("INTERNAL_ERROR")
        return tally.outcome
    }

    /// Remembers what was refused; returns the source topics that were tried, with whatever outcome.
    private func note(_ result: ApplyResult, prefix: String) -> Set<String> {
        guard result.lockFailure == nil else { return [] }
        var tried: Set<String> = []
        for applied in result.steps {
            let source = String(applied.step.object.name.dropFirst(prefix.count))
            switch applied.outcome {
            case .done, .alreadyDone: tried.insert(source)
            case .failed(let reason):
                tried.insert(source)
                refusals.note(source, reason)
            case .skipped: break
            }
        }
        return tried
    }

    private func plan(_ link: LinkRecord, _ candidates: [String]) async throws(DiscoveryFailure) -> Plan {
        let sides = DiscoveryReading.Sides(source: source.name, destination: destination.name)
        let found = try await reading.read(link, candidates, sides)
        let desired = DesiredState(
            clusters: [source.name: source, destination.name: destination], links: found.links, digest: "",
            fileCount: 0)
        return Planner.plan(desired: desired, live: found.live).discovery(of: link, limit: Self.topicsAtATime)
    }

    private func apply(_ plan: Plan) async -> ApplyResult {
        var options = ApplyOptions(holder: holder)
        options.isBrief = true
        options.continueOnError = true
        // The plan has no other steps than creations.
        let nothing: WorkerDeed = { _, _ in [] }
        return await Applier(clients: clients, options: options, startWorkers: nothing, stopWorkers: nothing)
            .apply(plan)
    }
}
