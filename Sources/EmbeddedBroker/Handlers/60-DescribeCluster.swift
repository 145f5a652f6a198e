import KafkaProtocol

/// Describes the cluster: its id and this one broker, which is also the controller.
enum DescribeClusterHandler: RequestHandler {
    typealias Request = DescribeClusterRequest

    private static let brokers: Int8 = 1

    static func answer(
        _ request: DescribeClusterRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> DescribeClusterResponse {
        guard request.endpointType == brokers else { return refusal(request, .mismatchedEndpointType) }
        return DescribeClusterResponse {
            $0.clusterId = broker.options.clusterId
            $0.controllerId = broker.options.nodeId
            $0.brokers = [
                DescribeClusterResponse.DescribeClusterBroker {
                    $0.brokerId = broker.options.nodeId
                    $0.host = broker.host
                    $0.port = Int32(broker.port)
                }
            ]
            if request.includeClusterAuthorizedOperations {
                $0.clusterAuthorizedOperations = broker.authorizedClusterOperations(context)
            }
        }
    }

    static func refusal(_ request: DescribeClusterRequest, _ code: ErrorCode) -> DescribeClusterResponse {
        DescribeClusterResponse {
            $0.errorCode = code.rawValue
            $0.errorMessage = code.meaning
        }
    }
}
