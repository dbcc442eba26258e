import type { ImageReference } from './reference.js';

/** Something that keeps data or administers it, made to be reached by programs of its own network only. */
export interface DataStore {
  /** As its makers write it. */
  readonly name: string;
  readonly kind: 'database' | 'cache' | 'broker' | 'admin page';
}

/** By the last part of an image's path, which publishers other than the maker keep (`bitnami/redis`). */
const BY_IMAGE: ReadonlyMap<string, DataStore> = new Map(
  [
    stores('database', {
      PostgreSQL:
        'postgres postgresql postgresql-repmgr postgis pgvector timescaledb timescaledb-ha pgbouncer pgpool alloydbomni',
      MySQL: 'mysql mysql-server percona percona-server',
      MariaDB: 'mariadb mariadb-galera',
      MongoDB: 'mongo mongodb mongodb-sharded mongodb-community-server percona-server-mongodb',
      Elasticsearch: 'elasticsearch elasticsearch-oss',
      OpenSearch: 'opensearch',
      Cassandra: 'cassandra',
      ScyllaDB: 'scylla',
      CouchDB: 'couchdb',
      Couchbase: 'couchbase',
      ClickHouse: 'clickhouse clickhouse-server',
      InfluxDB: 'influxdb',
      Neo4j: 'neo4j',
      ArangoDB: 'arangodb',
      OrientDB: 'orientdb',
      RethinkDB: 'rethinkdb',
      CockroachDB: 'cockroach',
      YugabyteDB: 'yugabyte',
      TiDB: 'tidb',
      'SQL Server': 'mssql-server mssql-server-linux azure-sql-edge mssql',
      'Oracle Database': 'oracle-xe oracle-free oracle-xe-11g',
      Db2: 'db2 db2_community',
      Solr: 'solr',
      Qdrant: 'qdrant',
      Weaviate: 'weaviate',
      Milvus: 'milvus',
      Chroma: 'chroma',
      etcd: 'etcd',
      OpenLDAP: 'openldap',
      Druid: 'druid',
    }),
    stores('cache', {
      Redis: 'redis redis-stack redis-stack-server redis-cluster redis-sentinel redis-alpine',
      Valkey: 'valkey valkey-cluster valkey-bundle',
      KeyDB: 'keydb',
      Dragonfly: 'dragonfly',
      Memcached: 'memcached',
      Hazelcast: 'hazelcast',
    }),
    stores('broker', {
      RabbitMQ: 'rabbitmq',
      Kafka: 'kafka cp-kafka cp-server kafka-native',
      Redpanda: 'redpanda',
      ZooKeeper: 'zookeeper cp-zookeeper',
      NATS: 'nats nats-streaming',
      ActiveMQ: 'activemq activemq-artemis activemq-classic',
      Pulsar: 'pulsar',
      NSQ: 'nsqd',
      Beanstalkd: 'beanstalkd',
    }),
    stores('admin page', {
      Adminer: 'adminer',
      phpMyAdmin: 'phpmyadmin',
      pgAdmin: 'pgadmin4 pgadmin',
      pgweb: 'pgweb',
      'Mongo Express': 'mongo-express',
      'Redis Commander': 'redis-commander',
      'Redis Insight': 'redisinsight',
      phpRedisAdmin: 'phpredisadmin',
      CloudBeaver: 'cloudbeaver',
      Kibana: 'kibana',
      'OpenSearch Dashboards': 'opensearch-dashboards',
      'Kafka UI': 'kafka-ui akhq kafdrop cmak kafka-manager kafka-topics-ui redpanda-console',
      phpLDAPadmin: 'phpldapadmin',
      Elasticvue: 'elasticvue',
      Cerebro: 'cerebro',
    }),
  ].flat(),
);

function stores(
  kind: DataStore['kind'],
  images: Readonly<Record<string, string>>,
): readonly (readonly [string, DataStore])[] {
  return Object.entries(images).flatMap(([name, words]) => words.split(' ').map((it) => [it, { name, kind }] as const));
}

/** Ports that the IANA registry or long custom give to one kind of program only. */
const BY_PORT: ReadonlyMap<number, DataStore> = new Map([
  [5432, { name: 'PostgreSQL', kind: 'database' }],
  [3306, { name: 'MySQL', kind: 'database' }],
  [33060, { name: 'MySQL', kind: 'database' }],
  [27017, { name: 'MongoDB', kind: 'database' }],
  [1433, { name: 'SQL Server', kind: 'database' }],
  [1521, { name: 'Oracle Database', kind: 'database' }],
  [9042, { name: 'Cassandra', kind: 'database' }],
  [5984, { name: 'CouchDB', kind: 'database' }],
  [9200, { name: 'Elasticsearch', kind: 'database' }],
  [9300, { name: 'Elasticsearch', kind: 'database' }],
  [2379, { name: 'etcd', kind: 'database' }],
  [6379, { name: 'Redis', kind: 'cache' }],
  [11211, { name: 'Memcached', kind: 'cache' }],
  [5672, { name: 'RabbitMQ', kind: 'broker' }],
  [9092, { name: 'Kafka', kind: 'broker' }],
]);

/** The data store that an image is known to hold. */
export function dataStoreOf(image: ImageReference): DataStore | undefined {
  return BY_IMAGE.get(image.path.slice(image.path.lastIndexOf('/') + 1).toLowerCase());
}

/** The data store whose programs listen on this port. */
export function dataStoreAt(port: number): DataStore | undefined {
  return BY_PORT.get(port);
}
