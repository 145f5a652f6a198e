import java.util.*;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;

/** Everything of a cluster that a write would change: topics, their configs, where their logs begin and end, groups. */
class ClusterSnapshot {
    static Answer take(Arguments a) throws Exception {
        Admin admin = KafkaProbe.admin(a);
        Answer answer = new Answer();
        Set<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
        Map<TopicPartition, OffsetSpec> first = new HashMap<>(), last = new HashMap<>();
        for (String name : names) {
            Arguments one = new Arguments();
            one.putAll(a);
            one.put("topic", name);
            for (TopicPartitionInfo p : KafkaProbe.describeTopic(one).partitions()) {
                first.put(new TopicPartition(name, p.partition()), OffsetSpec.earliest());
                last.put(new TopicPartition(name, p.partition()), OffsetSpec.latest());
            }
        }
        admin.listOffsets(first).all().get().forEach((p, o) -> answer.with("start." + p, o.offset()));
        admin.listOffsets(last).all().get().forEach((p, o) -> answer.with("end." + p, o.offset()));
        Set<ConfigResource> resources = names.stream()
                .map(n -> new ConfigResource(ConfigResource.Type.TOPIC, n)).collect(Collectors.toSet());
        admin.describeConfigs(resources).all().get().forEach((topic, config) -> {
            for (ConfigEntry e : config.entries()) {
                boolean isOwn = e.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
                if (isOwn) answer.with("config." + topic.name() + "." + e.name(), e.value());
            }
        });
        // Asking for groups would make the topic that holds them.
        if (!names.contains("__consumer_offsets")) return answer;
        for (ConsumerGroupListing group : admin.listConsumerGroups().all().get()) {
            Map<TopicPartition, OffsetAndMetadata> committed =
                    admin.listConsumerGroupOffsets(group.groupId()).partitionsToOffsetAndMetadata().get();
            answer.with("group." + group.groupId(), committed.size());
            committed.forEach((p, o) -> answer.with("group." + group.groupId() + "." + p, o == null ? "" : o.offset()));
        }
        return answer;
    }
}
