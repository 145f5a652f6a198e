import KafkaClient
import KafkaModel
import Planner

/// What a link's rights come to, for people: each that is missing with the command that grants it.
struct RightsFindings {
    let scope: DoctorScope
    let desired: DesiredState
    let source: ClusterClient
    let destination: ClusterClient

    private var link: LinkSpec { scope.link }

    /// One finding for each missing right, or one for all when none is.
    func all() async -> [Doctor.Finding] {
        do throws(ClientError) {
            let rights = try await neededRights()
            let check = RightsCheck(source: source, destination: destination)
            let gaps = try await check.gaps(rights)
            let missing = gaps.filter { $0.unknown == nil }
            guard missing.isEmpty else {
                let seesAllGroups = try await source.clusterOperations().permits(.describe) == true
                return missing.map { finding(sentence($0, seesAllGroups: seesAllGroups), isProblem: true) }
            }
            let untold = gaps.isEmpty ? "" : ", \(gaps.count) cannot be told\(reasons(gaps))"
            return [
                finding("\(rights.count - gaps.count) of \(rights.count) rights are there\(untold)", isProblem: false)
            ]
        } catch {
            return [finding("rights could not be read: \(error)", isProblem: true)]
        }
    }

    /// Those of the manifests, and those on the topics that filters select now.
    private func neededRights() async throws(ClientError) -> [NeededRight] {
        let rights = RightsTable.needed(by: link)
        guard link.autoCreateFilters != nil else { return rights }
        var concrete = link
        concrete.autoCreateFilters = nil
        let declared = Set(link.mirrorTopics.map(\.sourceName))
        for name in try await source.listTopicNames() where scope.selects(name) && !declared.contains(name) {
            concrete.mirrorTopics.append(
                MirrorTopicSpec(
                    name: link.prefix + name, sourceName: name, state: .active, place: link.place,
                    statePlace: link.place))
        }
        let known = Set(rights)
        return rights + RightsTable.needed(by: concrete).filter { !known.contains($0) }
    }

    private func sentence(_ gap: RightsCheck.Gap, seesAllGroups: Bool) -> String {
        let right = gap.right
        let cluster = right.side == .source ? link.source : link.destination
        let command = right.grant.command(principal: desired.clusters[cluster]?.security.principal)
        // Listings leave out silently what may not be described.
        let isUnseen = right.side == .source && gap.isHidden && !right.grant.isOfOneResource
        switch (isUnseen, right.grant.resourceType, right.grant.operation) {
        case (true, .group, .describe) where !seesAllGroups:
            return
                "cannot see all groups: cluster \(cluster) lists only what it may DESCRIBE, and that is not all that "
                + "consumerGroupFilters select. Name the groups in the filters, or grant \(right.grant): \(command)"
        case (true, .topic, .read):
            return
                "cannot see all topics: cluster \(cluster) lists only what it may DESCRIBE, and that is not all that "
                + "topicFilters select. Name the topics in the filters, or grant \(right.grant): \(command)"
        default:
            return "cluster \(cluster) does not permit \(right.grant), needed for \(right.feature.rawValue): \(command)"
        }
    }

    /// Why rights are not known, each reason once.
    private func reasons(_ gaps: [RightsCheck.Gap]) -> String {
        let reasons = Set(gaps.compactMap(\.unknown)).sorted()
        return reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))"
    }

    private func finding(_ text: String, isProblem: Bool) -> Doctor.Finding {
        Doctor.Finding(subject: "link \(link.name)", text: text, isProblem: isProblem)
    }
}
