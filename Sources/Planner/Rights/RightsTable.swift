import KafkaModel

/// Everything that Lockstep must be allowed to do, feature by feature: the one list that documentation, `lockstep
/// doctor` and the tests share.
///
/// It is minimal: READ, WRITE, DELETE and ALTER permit DESCRIBE, and ALTER_CONFIGS permits DESCRIBE_CONFIGS, so those
/// are not listed beside them.
package enum RightsTable {
    /// What a rule is about; a link fills in the names.
    package enum Subject: String, Hashable, Sendable, CaseIterable {
        /// The cluster itself.
        case cluster = "the cluster"
        /// `__lockstep`.
        case stateTopic = "topic __lockstep"
        /// The transactional id of whoever applies.
        case stateWriter = "transactional id lockstep"
        /// The group of the link's workers.
        case workerGroup = "group lockstep.<link>"
        /// Topics that are mirrored, on the source.
        case sourceTopics = "each source topic"
        /// Topics that are mirrors, on the destination.
        case mirrorTopics = "each mirror topic"
        /// Mirror topics that are declared ABSENT.
        case absentTopics = "each mirror topic declared ABSENT"
        /// Groups whose offsets are synced, on the source.
        case sourceGroups = "each group"
        /// The same on the destination.
        case mirrorGroups = "each group, with its prefix"
    }

    /// One line of the list.
    package struct Rule: Hashable, Sendable {
        /// What it is needed for.
        package let feature: NeededRight.Feature
        /// On which cluster.
        package let side: NeededRight.Side
        /// What must be permitted.
        package let operation: AclOperation
        /// On what.
        package let subject: Subject
        /// What Lockstep does with it, as part of a sentence.
        package let purpose: String

        fileprivate init(
            _ feature: NeededRight.Feature, _ side: NeededRight.Side, _ operation: AclOperation, _ subject: Subject,
            _ purpose: String
        ) {
            self.feature = feature
            self.side = side
            self.operation = operation
            self.subject = subject
            self.purpose = purpose
        }
    }

    /// The whole list.
    package static let rules = [
        Rule(.link, .destination, .create, .stateTopic, "make the topic that holds links and mirror states, once"),
        Rule(.link, .destination, .read, .stateTopic, "read links and mirror states"),
        Rule(.link, .destination, .write, .stateTopic, "write them, and what workers report"),
        Rule(
            .link, .destination, .describeConfigs, .stateTopic,
            "see that it is compacted, and which configs this Kafka has"),
        Rule(.link, .destination, .write, .stateWriter, "let only one apply at a time write"),
        Rule(.link, .destination, .read, .workerGroup, "let workers share the partitions"),
        Rule(.mirroring, .source, .read, .sourceTopics, "read records"),
        Rule(.mirroring, .source, .describeConfigs, .sourceTopics, "make mirror topics with the same configs"),
        Rule(.mirroring, .destination, .read, .mirrorTopics, "see where a mirror ends, and that it is equal"),
        Rule(.mirroring, .destination, .write, .mirrorTopics, "append records"),
        Rule(.mirrorTopics, .destination, .create, .mirrorTopics, "make mirror topics"),
        Rule(.mirrorTopics, .destination, .alter, .mirrorTopics, "add partitions when the source has more"),
        Rule(
            .mirrorTopics, .destination, .alterConfigs, .mirrorTopics, "keep configs equal, and restore them at the end"
        ),
        Rule(.removal, .destination, .delete, .absentTopics, "delete them"),
        Rule(.offsetSync, .source, .describe, .sourceGroups, "find groups and read their offsets"),
        Rule(.offsetSync, .destination, .read, .mirrorGroups, "commit offsets"),
        Rule(.aclSync, .source, .describe, .cluster, "list ACLs"),
        Rule(.aclSync, .destination, .alter, .cluster, "list, create and delete ACLs"),
    ]

    /// The rights that a link needs, by side and resource; whether one is missing is not looked at.
    ///
    /// Topics that filters select appear as the filters have them, by prefix or as `*`.
    package static func needed(by link: LinkSpec) -> [NeededRight] {
        var rights: Set<NeededRight> = []
        for rule in rules where isDeclared(rule.feature, by: link) {
            for (type, name, pattern) in resources(rule.subject, of: link) {
                rights.insert(
                    NeededRight(rule.side, AclGrant(rule.operation, type, name, pattern), rule.feature))
            }
        }
        return rights.sorted { left, right in
            left.side == right.side ? left.grant < right.grant : left.side == .source
        }
    }

    private static func isDeclared(_ feature: NeededRight.Feature, by link: LinkSpec) -> Bool {
        switch feature {
        case .link, .mirroring, .mirrorTopics: true
        case .removal: link.mirrorTopics.contains { $0.state == .absent }
        case .offsetSync: link.settings.isOffsetSyncEnabled
        case .aclSync: link.settings.syncsAcls
        }
    }

    private typealias Resource = (AclResourceType, String, AclPatternType)

    private static func resources(_ subject: Subject, of link: LinkSpec) -> [Resource] {
        switch subject {
        case .cluster: [(.cluster, AclBinding.clusterName, .literal)]
        case .stateTopic: [(.topic, StateTopic.name, .literal)]
        case .stateWriter: [(.transactionalId, StateTopic.transactionalId, .literal)]
        case .workerGroup: [(.group, WorkerGroup.id(link: link.name), .literal)]
        case .sourceTopics: topics(link) { $0.sourceName } + selected(link.autoCreateFilters, .topic, prefix: "")
        case .mirrorTopics:
            topics(link) { $0.name } + selected(link.autoCreateFilters, .topic, prefix: link.prefix)
        case .absentTopics:
            link.mirrorTopics.filter { $0.state == .absent }.map { (.topic, $0.name, .literal) }
        case .sourceGroups: selected(link.settings.groupFilters, .group, prefix: "")
        case .mirrorGroups:
            selected(
                link.settings.groupFilters, .group,
                prefix: AclNames(linkPrefix: link.prefix, settings: link.settings).groupPrefix)
        }
    }

    private static func topics(_ link: LinkSpec, _ name: (MirrorTopicSpec) -> String) -> [Resource] {
        link.mirrorTopics.filter { $0.state != .absent }.map { (.topic, name($0), .literal) }
    }

    /// What the INCLUDE entries cover, with a prefix in front.
    private static func selected(_ filters: TopicFilters?, _ type: AclResourceType, prefix: String) -> [Resource] {
        (filters?.entries ?? []).filter { $0.filterType == .include }.map { filter in
            switch filter.patternType {
            case .prefixed: (type, prefix + filter.name, .prefixed)
            case .literal where filter.name == AclBinding.wildcard:
                prefix.isEmpty ? (type, filter.name, .literal) : (type, prefix, .prefixed)
            case .literal: (type, prefix + filter.name, .literal)
            }
        }
    }
}
