import KafkaClient
import KafkaModel
import LinkStore
import Planner

/// Tests connections and what a link needs to read; writes nothing.
package struct Doctor: Sendable {
    /// One thing that was tested.
    package struct Finding: Hashable, Sendable {
        /// Name of the cluster or link.
        package var subject: String
        /// What was found, in words; with what to do when it is a problem.
        package var text: String
        /// Whether it stands in the way.
        package var isProblem: Bool
    }

    private let desired: DesiredState
    private let clients: ClusterClients

    /// Tests for a desired state.
    package init(desired: DesiredState, clients: ClusterClients) {
        self.desired = desired
        self.clients = clients
    }

    /// Tests every cluster, then every link whose clusters answer.
    package func examine() async -> [Finding] {
        var findings: [Finding] = []
        var answering: Set<String> = []
        for name in desired.clusters.keys.sorted() {
            guard let client = clients[name] else { continue }
            let (found, isAnswering) = await examine(client)
            findings += found
            if isAnswering { answering.insert(name) }
        }
        for link in desired.links where answering.isSuperset(of: [link.source, link.destination]) {
            findings += await examine(link)
        }
        return findings
    }

    private func examine(_ client: ClusterClient) async -> ([Finding], isAnswering: Bool) {
        let subject = "cluster \(client.name)"
        var findings: [Finding] = []
        do throws(ClientError) {
            let metadata = try await client.metadata([])
            let count = metadata.brokers.count == 1 ? "1 broker" : "\(metadata.brokers.count) brokers"
            let identity = desired.clusters[client.name]?.identity.map { ", \($0)" } ?? ""
            findings.append(
                Finding(
                    subject: subject, text: "\(metadata.clusterId ?? "no id"), \(count)\(identity)", isProblem: false))
            for (id, address) in metadata.brokers.sorted(by: { $0.key < $1.key }) {
                do throws(ClientError) {
                    _ = try await client.connection(to: id)
                    findings.append(
                        Finding(subject: subject, text: "broker \(id) answers at \(address)", isProblem: false))
                } catch {
                    findings.append(Self.problem(subject, error))
                }
            }
            return (findings, true)
        } catch {
            return ([Self.problem(subject, error)], false)
        }
    }

    /// A failure with the cluster that the finding is about: its name is not said twice.
    private static func problem(_ subject: String, _ error: ClientError) -> Finding {
        let text = "\(error)"
        let name = "\(subject): "
        return Finding(
            subject: subject, text: text.hasPrefix(name) ? String(text.dropFirst(name.count)) : text, isProblem: true)
    }

    private func examine(_ link: LinkSpec) async -> [Finding] {
        guard let source = clients[link.source], let destination = clients[link.destination] else { return [] }
        let subject = "link \(link.name)"
        var findings: [Finding] = []
        var records: [String: MirrorRecord]?
        do throws(StoreError) {
            let contents = try await StoreReader.read(destination)
            records = contents?.mirrors(of: link.name) ?? [:]
            let exists = contents?.links[link.name] != nil
            let state = exists ? "the link exists" : link.isAbsent ? "the link is gone" : "the link is not applied yet"
            findings.append(Finding(subject: subject, text: "its state can be read: \(state)", isProblem: false))
        } catch {
            findings.append(Finding(subject: subject, text: "\(error)", isProblem: true))
        }
        guard !link.isAbsent else {
            let text = "it is declared ABSENT, so its topics and rights are not looked at"
            return findings + [Finding(subject: subject, text: text, isProblem: false)]
        }
        let scope = DoctorScope(link, records: records)
        findings += await sourceTopics(of: scope, source)
        let rights = RightsFindings(scope: scope, desired: desired, source: source, destination: destination)
        return findings + (await rights.all())
    }

    private func sourceTopics(of scope: DoctorScope, _ source: ClusterClient) async -> [Finding] {
        let link = scope.link
        let subject = "link \(link.name)"
        var findings: [Finding] = []
        do throws(ClientError) {
            let selected = link.autoCreateFilters == nil ? [] : try await source.listTopicNames().filter(scope.selects)
            let topics = try await source.describeTopics(scope.declaredTopics.union(selected))
            for (name, presence) in topics.sorted(by: { $0.key < $1.key }) {
                switch presence {
                case .present: break
                case .absent:
                    findings.append(
                        Finding(
                            subject: subject, text: "source topic not found: \(link.source)/\(name)", isProblem: true))
                case .unreadable(let reason):
                    findings.append(
                        Finding(
                            subject: subject, text: "source topic \(link.source)/\(name) cannot be read: \(reason)",
                            isProblem: true))
                }
            }
            let count = topics.values.count { if case .present = $0 { true } else { false } }
            findings.append(
                Finding(
                    subject: subject, text: "\(count) of \(topics.count) source topics can be read", isProblem: false))
        } catch {
            findings.append(Finding(subject: subject, text: "\(error)", isProblem: true))
        }
        return findings
    }
}
