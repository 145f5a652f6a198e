import KafkaProtocol

/// Removes members from a group: one by id, or from version 3 several by id or instance id.
enum LeaveGroupHandler: RequestHandler {
    typealias Request = LeaveGroupRequest

    private static let takesMembers: Int16 = 3

    static func answer(
        _ request: LeaveGroupRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> LeaveGroupResponse {
        guard broker.isAllowed(.read, .group(request.groupId), context) else {
            return refusal(request, .groupAuthorizationFailed)
        }
        if request.groupId.isEmpty { return refusal(request, .invalidGroupId) }
        var response = LeaveGroupResponse()
        guard context.version >= takesMembers else {
            response.errorCode = leave(request.groupId, request.memberId, nil, broker).rawValue
            return response
        }
        response.members = request.members.map { member in
            let code = leave(request.groupId, member.memberId, member.groupInstanceId, broker)
            return LeaveGroupResponse.MemberResponse {
                $0.memberId = member.memberId
                $0.groupInstanceId = member.groupInstanceId
                $0.errorCode = code.rawValue
            }
        }
        return response
    }

    static func refusal(_ request: LeaveGroupRequest, _ code: ErrorCode) -> LeaveGroupResponse {
        LeaveGroupResponse { $0.errorCode = code.rawValue }
    }

    private static func leave(
        _ groupId: String, _ memberId: String, _ instanceId: String?, _ broker: isolated EmbeddedBroker
    ) -> ErrorCode {
        let (code, actions) = broker.groups.leave(
            groupId, memberId: memberId, instanceId: instanceId, broker.clock.monotonic)
        broker.perform(actions)
        return code
    }
}
