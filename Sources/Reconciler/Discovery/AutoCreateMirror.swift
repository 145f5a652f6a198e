import Applier
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
package struct AutoCreateMirror: LinkTask {
    private let source: ClusterSpec
    private let destination: ClusterSpec
    private let clients: [String: ClusterClient]
    private let holder: String
    private let reading: DiscoveryReading

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

    /// Which task it is.
    package let name = LinkTaskName.autoCreateMirror

    /// Time between two passes in milliseconds; nil while it is switched off.
    package func intervalMs(_ settings: LinkSettings) -> Int64? {
        settings.topicFilters == nil ? nil : settings.metadataMaxAgeMs
    }

    /// Looks for source topics without a mirror topic, and creates what is missing.
    package func run(_ pass: TaskPass) async -> TaskOutcome {
        let end = ContinuousClock.now + .milliseconds(pass.link.settings.metadataMaxAgeMs)
        var tally = DiscoveryTally()
        do throws(DiscoveryFailure) {
            let selected = try await reading.selected(by: pass.link.settings)
            tally.selected = selected.count
            while true {
                let candidates = try await reading.candidates(of: selected, pass.link)
                guard !candidates.isEmpty, !Task.isCancelled, await pass.isCurrent() else { break }
                let plan = try await plan(pass.link, candidates)
                tally.take(plan)
                guard plan.hasChanges else { break }
                tally.take(await apply(plan))
                // With the next pass everything is looked at anew.
                guard !tally.hasFailed, ContinuousClock.now < end else { break }
                await reading.destination.pause(tally.isWaiting ? Self.longPause : Self.pause)
            }
        } catch {
            tally.fail(error)
        }
        return tally.outcome
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
        return await Applier(clients: clients, options: options, startWorkers: { _, _ in [] }).apply(plan)
    }
}
