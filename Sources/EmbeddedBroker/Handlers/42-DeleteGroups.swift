import KafkaProtocol

/// Deletes groups without members, with their offsets.
enum DeleteGroupsHandler: RequestHandler {
    typealias Request = DeleteGroupsRequest

    static func answer(
        _ request: DeleteGroupsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> DeleteGroupsResponse {
        response(request) { id in
            broker.isAllowed(.delete, .group(id), context) ? broker.groups.delete(id) : .groupAuthorizationFailed
        }
    }

    static func refusal(_ request: DeleteGroupsRequest, _ code: ErrorCode) -> DeleteGroupsResponse {
        response(request) { _ in code }
    }

    private static func response(
        _ request: DeleteGroupsRequest, _ code: (String) -> ErrorCode
    ) -> DeleteGroupsResponse {
        DeleteGroupsResponse {
            $0.results = request.groupsNames.map { id in
                DeleteGroupsResponse.DeletableGroupResult {
                    $0.groupId = id
                    $0.errorCode = code(id).rawValue
                }
            }
        }
    }
}
