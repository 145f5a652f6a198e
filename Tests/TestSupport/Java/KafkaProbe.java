import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.concurrent.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.*;

/**
 * Kafka's Java clients, driven over standard input, so that one JVM serves a whole test run.
 *
 * A request is one line "ID COMMAND a=1&b=2" (form encoding), its answer one line "ID ok c=3" or "ID error TEXT".
 * Requests run side by side; the end of standard input ends the process.
 */
public class KafkaProbe {
    static final Map<String, Job> jobs = new ConcurrentHashMap<>();
    static final Map<String, Admin> admins = new ConcurrentHashMap<>();

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
        // Ends with System.exit, so its threads need not be daemons.
        ExecutorService pool = Executors.newCachedThreadPool();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println("ready");
        for (String line; (line = in.readLine()) != null; ) {
            String[] parts = line.split(" ", 3);
            pool.execute(() -> {
                String answer;
                try {
                    answer = "ok " + encode(run(parts[1], decode(parts.length > 2 ? parts[2] : "")));
                } catch (Throwable error) {
                    boolean isWrapped = error instanceof ExecutionException && error.getCause() != null;
                    Throwable cause = isWrapped ? error.getCause() : error;
                    String name = cause.getClass().getSimpleName();
                    answer = "error " + (name + ": " + cause.getMessage()).replace('\n', ' ').replace('\r', ' ');
                }
                synchronized (out) { out.println(parts[0] + " " + answer); }
            });
        }
        System.exit(0);
    }

    static Arguments decode(String text) {
        Arguments arguments = new Arguments();
        for (String pair : text.split("&")) {
            int equal = pair.indexOf('=');
            if (equal < 0) continue;
            arguments.put(URLDecoder.decode(pair.substring(0, equal), StandardCharsets.UTF_8),
                    URLDecoder.decode(pair.substring(equal + 1), StandardCharsets.UTF_8));
        }
        return arguments;
    }

    static String encode(Answer answer) {
        StringJoiner text = new StringJoiner("&");
        answer.forEach((k, v) -> text.add(URLEncoder.encode(k, StandardCharsets.UTF_8) + "="
                + URLEncoder.encode(String.valueOf(v), StandardCharsets.UTF_8)));
        return text.toString();
    }

    static Answer run(String command, Arguments a) throws Exception {
        switch (command) {
            case "create": return create(a);
            case "delete": admin(a).deleteTopics(List.of(a.need("topic"))).all().get(); return new Answer();
            case "grow":
                NewPartitions wanted = NewPartitions.increaseTo(a.number("partitions", 1));
                admin(a).createPartitions(Map.of(a.need("topic"), wanted)).all().get();
                return new Answer();
            case "alter": return alter(a);
            case "truncate": return truncate(a);
            case "quota": return quota(a);
            case "describe": return describe(a);
            case "nodes": return nodes(a);
            case "offsets": return offsets(a);
            case "snapshot": return ClusterSnapshot.take(a);
            case "commit": return commit(a);
            case "committed": return committed(a);
            case "produce": return MixedProduction.run(a, job(a));
            case "groupLoad": return GroupWork.load(a, job(a));
            case "groupWatch": return GroupWork.watch(a, job(a));
            case "groupHold": return GroupWork.hold(a, job(a));
            case "groupCompare": return GroupWork.compare(a);
            case "groupResume": return GroupWork.resume(a);
            case "progress": return progress(jobs.get(a.need("job")));
            case "stop": jobs.get(a.need("job")).stop = true; return new Answer();
            case "dump": return TopicDump.run(a);
            case "acls": case "acl-add": case "acl-remove": return Acls.run(command, a);
            default: throw new IllegalArgumentException("unknown command " + command);
        }
    }

    static Job job(Arguments a) { return jobs.computeIfAbsent(a.getOrDefault("job", ""), k -> new Job()); }

    static Admin admin(Arguments a) {
        return admins.computeIfAbsent(a.need("bootstrap"), servers -> {
            Properties p = new Properties();
            p.put("bootstrap.servers", servers);
            p.put("default.api.timeout.ms", "30000");
            p.put("request.timeout.ms", "10000");
            p.put("reconnect.backoff.max.ms", "500");
            return Admin.create(p);
        });
    }

    static Answer create(Arguments a) throws Exception {
        NewTopic topic = new NewTopic(a.need("topic"), Optional.of(a.number("partitions", 1)),
                a.containsKey("replication") ? Optional.of((short) a.number("replication", 1)) : Optional.empty());
        admin(a).createTopics(List.of(topic.configs(a.starting("config.")))).all().get();
        // Created is not yet known everywhere: wait until every partition shows a leader.
        for (long end = System.currentTimeMillis() + 30000; System.currentTimeMillis() < end; Thread.sleep(20)) {
            try {
                TopicDescription seen = describeTopic(a);
                if (seen.partitions().stream().allMatch(p -> p.leader() != null && !p.leader().isEmpty())) {
                    // Metadata may be ahead of the leader itself. A producer whose first batch is refused for that
                    // while its second is taken never gets the first one in: ask the leaders.
                    offsets(a);
                    return new Answer();
                }
            } catch (ExecutionException notYet) {
                // Unknown there still.
            }
        }
        throw new TimeoutException("topic " + a.need("topic") + " got no leaders");
    }

    static Answer alter(Arguments a) throws Exception {
        Collection<AlterConfigOp> changes = new ArrayList<>();
        a.starting("config.").forEach((k, v) ->
                changes.add(new AlterConfigOp(new ConfigEntry(k, v), AlterConfigOp.OpType.SET)));
        a.starting("remove.").forEach((k, v) ->
                changes.add(new AlterConfigOp(new ConfigEntry(k, ""), AlterConfigOp.OpType.DELETE)));
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, a.need("topic"));
        admin(a).incrementalAlterConfigs(Map.of(topic, changes)).all().get();
        return new Answer();
    }

    static Answer quota(Arguments a) throws Exception {
        List<ClientQuotaAlteration.Op> ops = new ArrayList<>();
        a.starting("quota.").forEach(
                (name, value) -> ops.add(new ClientQuotaAlteration.Op(name, Double.valueOf(value))));
        var client = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, a.need("client")));
        admin(a).alterClientQuotas(List.of(new ClientQuotaAlteration(client, ops))).all().get();
        return new Answer();
    }

    static Answer truncate(Arguments a) throws Exception {
        Map<TopicPartition, RecordsToDelete> wish = new HashMap<>();
        a.starting("before.").forEach((partition, offset) -> wish.put(
                new TopicPartition(a.need("topic"), Integer.parseInt(partition)),
                RecordsToDelete.beforeOffset(Long.parseLong(offset))));
        admin(a).deleteRecords(wish).all().get();
        return new Answer();
    }

    @SuppressWarnings("unchecked")
    static TopicDescription describeTopic(Arguments a) throws Exception {
        DescribeTopicsResult result = admin(a).describeTopics(List.of(a.need("topic")));
        // Renamed in 3.1, the old name gone in 4.0.
        boolean isNew = Arrays.stream(DescribeTopicsResult.class.getMethods())
                .anyMatch(m -> m.getName().equals("topicNameValues"));
        Object futures = DescribeTopicsResult.class.getMethod(isNew ? "topicNameValues" : "values").invoke(result);
        return ((Map<String, KafkaFuture<TopicDescription>>) futures).get(a.need("topic")).get();
    }

    static Answer describe(Arguments a) throws Exception {
        Answer answer = new Answer();
        for (TopicPartitionInfo p : describeTopic(a).partitions()) {
            answer.with("leader." + p.partition(), p.leader() == null ? -1 : p.leader().id());
            answer.with("isr." + p.partition(), ids(p.isr())).with("replicas." + p.partition(), ids(p.replicas()));
        }
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, a.need("topic"));
        for (ConfigEntry e : admin(a).describeConfigs(List.of(topic)).all().get().get(topic).entries()) {
            boolean isOwn = e.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
            if (isOwn) answer.with("config." + e.name(), e.value());
        }
        return answer;
    }

    static String ids(List<Node> nodes) {
        StringJoiner text = new StringJoiner(",");
        nodes.forEach(n -> text.add("" + n.id()));
        return text.toString();
    }

    static Answer nodes(Arguments a) throws Exception {
        DescribeClusterResult cluster = admin(a).describeCluster();
        Answer answer = new Answer().with("clusterId", cluster.clusterId().get());
        for (Node n : cluster.nodes().get()) answer.with("node." + n.id(), n.host() + ":" + n.port());
        StringJoiner topics = new StringJoiner(",");
        ListTopicsOptions all = new ListTopicsOptions().listInternal(true);
        new TreeSet<>(admin(a).listTopics(all).names().get()).forEach(topics::add);
        return answer.with("topics", topics);
    }

    /** Log start and high watermark of every partition of a topic. */
    static Answer offsets(Arguments a) throws Exception {
        Answer answer = new Answer();
        Map<TopicPartition, OffsetSpec> first = new HashMap<>(), last = new HashMap<>();
        for (TopicPartitionInfo p : describeTopic(a).partitions()) {
            first.put(new TopicPartition(a.need("topic"), p.partition()), OffsetSpec.earliest());
            last.put(new TopicPartition(a.need("topic"), p.partition()), OffsetSpec.latest());
        }
        admin(a).listOffsets(first).all().get().forEach((p, o) -> answer.with("start." + p.partition(), o.offset()));
        admin(a).listOffsets(last).all().get().forEach((p, o) -> answer.with("end." + p.partition(), o.offset()));
        return answer;
    }

    static Answer commit(Arguments a) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        a.starting("offset.").forEach((partition, offset) -> offsets.put(
                new TopicPartition(a.need("topic"), Integer.parseInt(partition)),
                new OffsetAndMetadata(Long.parseLong(offset), a.getOrDefault("metadata", ""))));
        admin(a).alterConsumerGroupOffsets(a.need("group"), offsets).all().get();
        return new Answer();
    }

    static Answer committed(Arguments a) throws Exception {
        Answer answer = new Answer();
        admin(a).listConsumerGroupOffsets(a.need("group")).partitionsToOffsetAndMetadata().get().forEach((p, o) -> {
            if (p.topic().equals(a.need("topic"))) answer.with("offset." + p.partition(), o.offset());
        });
        return answer;
    }

    static Answer progress(Job job) {
        Job seen = job == null ? new Job() : job;
        return new Answer().with("acknowledged", seen.acknowledged).with("failed", seen.failed)
                .with("bytes", seen.bytes).with("failure", seen.failure);
    }
}
