import KafkaModel

/// Which link may create a mirror topic of a name, when several links of one destination want it.
///
/// A declared entry comes before a filter, then the first link by name. Mirrors that exist are not decided here:
/// they belong to the link in their record.
struct NameClaims {
    private struct Name: Hashable {
        var cluster: String
        var topic: String
    }

    private var owners: [Name: String] = [:]
    private var mirroredBack: [String: [String: String]] = [:]

    init(links: [LinkSpec], live: LiveSnapshot, clusters: ClusterFindings) {
        let links = links.filter { !$0.isAbsent }
        for link in links {
            for topic in link.mirrorTopics where topic.state != .absent {
                claim(topic.name, for: link, clusters)
            }
        }
        for link in links {
            guard let filters = link.autoCreateFilters else { continue }
            for name in live.links[link.name]?.sourceTopicNames ?? [] where filters.selects(name) {
                claim(link.prefix + name, for: link, clusters)
            }
        }
        for link in links {
            mirroredBack[link.name] = Self.mirroredBack(to: link, links: links, live: live, clusters: clusters)
        }
    }

    /// The other link that may create `topic` on the destination of `link`; nil when `link` may.
    func rival(of link: LinkSpec, topic: String, _ clusters: ClusterFindings) -> String? {
        let owner = owners[Name(cluster: clusters.identity(link.destination), topic: topic)]
        return owner == link.name ? nil : owner
    }

    /// Topics of the link's source that are themselves mirrors from the link's destination, with their links.
    ///
    /// A filter does not select these: two links with `*` in both directions would otherwise mirror each other's
    /// mirrors for ever.
    func mirrorsFromDestination(of link: LinkSpec) -> [String: String] { mirroredBack[link.name] ?? [:] }

    private mutating func claim(_ topic: String, for link: LinkSpec, _ clusters: ClusterFindings) {
        let name = Name(cluster: clusters.identity(link.destination), topic: topic)
        if owners[name] == nil { owners[name] = link.name }
    }

    private static func mirroredBack(
        to link: LinkSpec, links: [LinkSpec], live: LiveSnapshot, clusters: ClusterFindings
    ) -> [String: String] {
        var found: [String: String] = [:]
        for other in links
        where clusters.identity(other.destination) == clusters.identity(link.source)
            && clusters.identity(other.source) == clusters.identity(link.destination)
        {
            for (topic, record) in live.links[other.name]?.mirrors ?? [:] where record.state != .stopped {
                found[topic] = other.name
            }
        }
        return found
    }
}
