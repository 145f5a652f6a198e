import KafkaProtocol

extension ClusterClient {
    /// A setting of one broker as it takes effect (needs DESCRIBE_CONFIGS on Cluster); nil when it has no such setting.
    package func brokerConfig(_ name: String) async throws(ClientError) -> String? {
        try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            let broker = try await client.brokerIds()[0]
            let request = DescribeConfigsRequest {
                $0.resources = [
                    DescribeConfigsRequest.DescribeConfigsResource {
                        $0.resourceType = ConfigResource.broker
                        $0.resourceName = "\(broker)"
                        $0.configurationKeys = [name]
                    }
                ]
            }
            let response = try await client.send(request, to: broker)
            guard let answer = response.results.first else {
                throw client.error(.incomplete(.describeConfigs, subject: "broker \(broker)"))
            }
            guard answer.errorCode == 0 else {
                throw client.error(
                    .refused(
                        ErrorCode(answer.errorCode), .describeConfigs, subject: "broker \(broker)",
                        message: answer.errorMessage))
            }
            return answer.configs.first { $0.name == name }?.value
        }
    }
}
