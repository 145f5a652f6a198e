import KafkaClient
import KafkaModel
import LinkStore

extension StatusReader {
    /// What is stored about the link: its record, its mirror topics, its workers' reports.
    func readStore(_ destination: ClusterClient, _ readings: inout LinkReadings) async {
        let link = readings.spec.name
        do throws(StoreError) {
            guard let contents = try await StoreReader.read(destination) else { return }
            readings.record = contents.links[link]
            readings.mirrors = contents.mirrors(of: link)
            readings.tasks = contents.tasks[link] ?? [:]
            for (key, reports) in contents.reports where key.link == link {
                for (number, report) in reports {
                    readings.reports[TopicPartition(topic: key.topic, partition: number)] = report
                }
            }
            // What was read is shown even when something else in the topic cannot be used.
            try contents.insist(cluster: destination.name)
        } catch {
            readings.problem = "\(error)"
        }
    }
}
