import EventLoop
import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore

/// Keeps the destination's ACLs as the source's are, as far as filters say (`acl.sync.enable`).
///
/// A pass reads all ACLs of both clusters, decides (`AclSync`), and does it: what is to be created is written down as
/// owned first, so that a crash in between can neither lose nor invent an owner. Nothing is ever removed because the
/// source could not be read: absence counts only when every broker of the source lists its ACLs and none has it.
///
/// Pinned to the destination's loop.
package actor AclSyncTask: LinkTask {
    package nonisolated var unownedExecutor: UnownedSerialExecutor { destination.loop.asUnownedSerialExecutor() }

    /// `AclSync`.
    package nonisolated let name = LinkTaskName.aclSync
    private nonisolated let source: ClusterClient
    private nonisolated let destination: ClusterClient
    private var declared: Declared
    private let store: StoreReader
    private let writer: AclWriter
    private var refusals = Refusals<AclBinding>()

    /// What manifests tell of Lockstep itself, and no cluster does.
    package struct Declared: Hashable, Sendable {
        /// As whom Lockstep connects to the destination, such as `User:lockstep`; empty when that is not told.
        package var principals: Set<String>
        /// Mirror topics that are to exist: nobody may be denied them before they do.
        package var mirrorTopics: Set<String>

        /// What is told, by default nothing.
        package init(principals: Set<String> = [], mirrorTopics: Set<String> = []) {
            self.principals = principals
            self.mirrorTopics = mirrorTopics
        }
    }

    /// A task between two clusters.
    ///
    /// - Parameters:
    ///   - source: client of the source; only asked.
    ///   - destination: client of the destination.
    ///   - store: reads the destination's state topic; all tasks of a worker share one.
    ///   - declared: what manifests tell when the task begins.
    package init(
        source: ClusterClient, destination: ClusterClient, store: StoreReader, declared: Declared = Declared()
    ) {
        self.source = source
        self.destination = destination
        self.declared = declared
        self.store = store
        writer = AclWriter(destination)
    }

    /// Manifests tell something else from the next pass on.
    package func follow(_ declared: Declared) { self.declared = declared }

    /// One pass: reads, decides, writes what differs.
    package func run(_ pass: TaskPass) async -> TaskOutcome {
        let reading = AclReading(source: source, destination: destination, declared: declared)
        var written = Written()
        do throws(AclProblem) {
            try await reading.checkClusters(of: pass.link)
            let contents = try await stored(pass)
            var (changes, unknownCount) = try await reading.look(pass.link, contents)
            refusals.keep(only: Set(changes.create + changes.delete))
            if !changes.isSettled {
                changes = try await reading.lookEverywhere(pass.link, contents)
                // Whoever reads the manifests may have gone over to another cluster meanwhile.
                try await reading.checkClusters(of: pass.link)
                try await write(changes, pass, owned: contents.ownedAcls(of: pass.link), &written)
            }
            return AclOutcome(
                changes: changes, created: written.created, deleted: written.deleted, source: source.name,
                unknownCount: unknownCount, refusals: refusals.problems(Self.refusal)
            ).outcome
        } catch {
            return TaskOutcome(summary: written.summary, problems: refusals.problems(Self.refusal) + [error.problem])
        }
    }

    /// What `__lockstep` holds now: the pass may have begun with less, as own writes do not wake it.
    private func stored(_ pass: TaskPass) async throws(AclProblem) -> StoreContents {
        do throws(StoreError) {
            return try await store.contents(of: pass.link)
        } catch {
            throw AclProblem(error.taskCode, "\(error)")
        }
    }

    // MARK: Writing

    /// What a pass has written.
    private struct Written {
        var created = 0
        var deleted = 0

        /// What a pass that broke off came to.
        var summary: String {
            created + deleted == 0
                ? "no ACL was changed" : "\(counted(created, "ACL")) created and \(deleted) deleted, then it broke off"
        }
    }

    private static let refusal = "INVALID_REQUEST_ERROR"

    private func write(
        _ changes: AclChanges, _ pass: TaskPass, owned: Set<AclBinding>, _ written: inout Written
    ) async throws(AclProblem) {
        let create = changes.create.filter { !refusals.isWaiting($0) }
        let delete = changes.delete.filter { !refusals.isWaiting($0) }
        if !create.isEmpty || !delete.isEmpty { try await insistOnRight() }
        guard await pass.isCurrent() else { return }
        try await disown(changes.disown, pass)
        try await own(changes.claim, pass)
        for part in Self.parts(create) {
            guard await pass.isCurrent() else { return }
            written.created += try await self.create(part, pass, owned: owned)
        }
        for part in Self.parts(delete) {
            guard await pass.isCurrent() else { return }
            written.deleted += try await self.delete(part, pass, owned: owned)
        }
    }

    /// What one request takes at a time, so that a later one that fails says nothing about those before.
    private static func parts(_ acls: [AclBinding]) -> [[AclBinding]] {
        stride(from: 0, to: acls.count, by: ClusterClient.aclsPerRequest).map { start in
            Array(acls[start..<min(start + ClusterClient.aclsPerRequest, acls.count)])
        }
    }

    /// Writes down that the ACLs are owned, then creates them; returns how many.
    private func create(
        _ acls: [AclBinding], _ pass: TaskPass, owned: Set<AclBinding>
    ) async throws(AclProblem) -> Int {
        let claimed = acls.filter { !owned.contains($0) }
        try await own(claimed, pass)
        guard await pass.isCurrent() else { return 0 }
        let results: AclResults
        do throws(ClientError) {
            results = try await destination.createAcls(acls)
        } catch {
            // Unless the cluster refused them all, they may be there, and stay written down.
            if error.errorCode == .clusterAuthorizationFailed || error.errorCode == .securityDisabled {
                try await disown(claimed, pass)
            }
            throw AclProblem(error, needed: .alter)
        }
        refusals.note(results)
        // What was refused is not there: whoever makes it by hand keeps it.
        let refused = results.filter { !$0.value.isSuccess }.map(\.key)
        try await disown(refused, pass)
        return results.count - refused.count
    }

    /// Deletes the ACLs, then writes down that they are not owned any more; returns how many.
    private func delete(
        _ acls: [AclBinding], _ pass: TaskPass, owned: Set<AclBinding>
    ) async throws(AclProblem) -> Int {
        let results: AclResults
        do throws(ClientError) {
            results = try await destination.deleteAcls(acls)
        } catch {
            throw AclProblem(error, needed: .alter)
        }
        refusals.note(results)
        let gone = results.filter(\.value.isSuccess).map(\.key)
        try await disown(gone.filter(owned.contains), pass)
        return gone.count
    }

    /// Finds a missing right before anything is written down about ACLs that could not be created then.
    private func insistOnRight() async throws(AclProblem) {
        let operations: AuthorizedOperations
        do throws(ClientError) {
            operations = try await destination.clusterOperations()
        } catch {
            throw AclProblem(error, needed: .alter)
        }
        if operations.permits(.alter) == false {
            throw AclProblem("AUTHORIZATION_ERROR", ClientError.missingAclRight(.alter, cluster: destination.name))
        }
    }

    private func own(_ acls: [AclBinding], _ pass: TaskPass) async throws(AclProblem) {
        do throws(StoreError) {
            try await writer.own(acls, by: pass.link)
        } catch {
            throw AclProblem(error.taskCode, "\(error)")
        }
    }

    private func disown(_ acls: [AclBinding], _ pass: TaskPass) async throws(AclProblem) {
        do throws(StoreError) {
            try await writer.disown(acls, by: pass.link)
        } catch {
            throw AclProblem(error.taskCode, "\(error)")
        }
    }
}

extension Result where Success == Void {
    fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}
