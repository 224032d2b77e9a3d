/**
 * Words that instrumentations write under keys whose values are names: closed lists, because a person's name has the
 * form of any other. A site adds its own by `privacy.words`.
 */

export const environments: readonly string[] = [
  'production',
  'prod',
  'staging',
  'stage',
  'development',
  'dev',
  'test',
  'testing',
  'qa',
  'uat',
  'demo',
  'preview',
  'preprod',
  'pre-production',
  'sandbox',
  'local',
  'ci',
  'integration',
  'acceptance',
  'canary',
  'drill',
  'live',
  'training',
  'benchmark',
]

/** `process.runtime.name` of the OpenTelemetry SDKs. */
export const runtimes: readonly string[] = [
  'nodejs',
  'deno',
  'bun',
  'browser',
  'cpython',
  'CPython',
  'pypy',
  'go',
  'gc',
  'gccgo',
  'ruby',
  'jruby',
  'php',
  'cli',
  'fpm-fcgi',
  'rustc',
  'BEAM',
  '.NET',
  '.NET Core',
  '.NET Framework',
  'OpenJDK Runtime Environment',
  'OpenJDK 64-Bit Server VM',
  'Java(TM) SE Runtime Environment',
]

export const systems: readonly string[] = [
  'Linux',
  'linux',
  'Ubuntu',
  'Debian GNU/Linux',
  'Fedora Linux',
  'Alpine Linux',
  'Amazon Linux',
  'Red Hat Enterprise Linux',
  'Rocky Linux',
  'AlmaLinux',
  'CentOS Linux',
  'SUSE Linux Enterprise Server',
  'Windows',
  'Windows Server',
  'macOS',
  'Mac OS X',
  'Darwin',
  'FreeBSD',
  'OpenBSD',
  'Android',
  'iOS',
]

/** Browsers as `ua-parser-js`, which Faro uses, and our user agents call them. */
export const browsers: readonly string[] = [
  'Chrome',
  'Chrome Headless',
  'Chrome WebView',
  'Mobile Chrome',
  'Chromium',
  'Firefox',
  'Mobile Firefox',

  'Safari',
  'Mobile Safari',
  'Edge',
  'Mobile Edge',
  'Opera',
  'Opera Mobi',
  'Opera Touch',
  'Brave',
  'Vivaldi',

  'Samsung Internet',
  'Android Browser',
  'WebKit',
  'IE',
  'DuckDuckGo',
  'Silk',
  'UCBrowser',
  'Other',
  'unknown',
  'Bot',
  'Prometheus',
  'Grafana',
  'curl',
  'Wget',
  'node',
  'python',
  'Go',
  'Java',
  'okhttp',
]

const sql = (
  'ALTER ANALYZE BEGIN CALL COMMIT COPY CREATE DEALLOCATE DELETE DROP EXECUTE EXPLAIN FETCH GRANT INSERT LISTEN LOCK ' +
  'MERGE NOTIFY PREPARE REFRESH REPLACE RESET REVOKE ROLLBACK SAVEPOINT SELECT SET SHOW START TRUNCATE UNLISTEN ' +
  'UPDATE UPSERT VACUUM VALUES WITH'
).split(' ')
const redis = (
  'AUTH BLPOP DECR DEL EVAL EVALSHA EXEC EXISTS EXPIRE GET GETSET HDEL HGET HGETALL HINCRBY HMGET HMSET HSET INCR ' +
  'INCRBY INFO KEYS LLEN LPOP LPUSH LRANGE MGET MSET MULTI PEXPIRE PING PIPELINE PUBLISH RPOP RPUSH SADD SCAN SETEX ' +
  'SETNX SMEMBERS SREM SUBSCRIBE TTL UNLINK UNWATCH WATCH XADD XREAD ZADD ZRANGE ZREM ZSCORE'
).split(' ')
const documents = (
  'aggregate bulkWrite count countDocuments createIndex createIndexes delete deleteMany deleteOne distinct drop ' +
  'endSessions find findAndModify findOne findOneAndUpdate getMore insert insertMany insertOne isMaster killCursors ' +
  'listCollections mapReduce ping replaceOne search update updateMany updateOne'
).split(' ')
/** Operations of databases; those of SQL in either case, as instrumentations differ. */
export const operations: readonly string[] = [
  ...new Set([...sql, ...sql.map((word) => word.toLowerCase()), ...redis, ...documents]),
]

/** Status codes of gRPC (grpc/doc/statuscodes.md), by name. */
export const grpcCodes: readonly string[] = (
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED ' +
  'RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS ' +
  'UNAUTHENTICATED'
).split(' ')

/** Letters that stand in versions: stages, builds, distributions, flavours of images. */
export const versionWords: ReadonlySet<string> = new Set(
  (
    'alpha beta rc dev pre preview next canary nightly snapshot final release stable build post patch hotfix dirty ' +
    'edge latest main master head experimental insider security esr lts sp git local incompatible ubuntu debian ' +
    'alpine bookworm bullseye buster trixie jammy focal noble slim distroless windows linux darwin generic aws azure ' +
    'amzn fedora arch amd64 arm64 aarch64 musl gnu post temurin zulu corretto openjdk jdk jre node bullseye ' +
    'lowlatency cloud kvm oracle cos gke eks deb rpm tags beta'
  ).split(' '),
)

/** Numbers of errors by name: POSIX.1-2024 and Linux errno(3), and what Node adds for names of hosts. */
export const errorNumbers: readonly string[] = (
  'E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBADMSG EBUSY ECANCELED ECHILD ' +
  'ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDOM EDQUOT EEXIST EFAULT EFBIG EHOSTDOWN EHOSTUNREACH ' +
  'EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMLINK EMSGSIZE EMULTIHOP ENAMETOOLONG ' +
  'ENETDOWN ENETRESET ENETUNREACH ENFILE ENOBUFS ENODATA ENODEV ENOENT ENOEXEC ENOLCK ENOLINK ENOMEM ENOMSG ' +
  'ENOPROTOOPT ENOSPC ENOSR ENOSTR ENOSYS ENOTCONN ENOTDIR ENOTEMPTY ENOTSOCK ENOTSUP ENOTTY ENXIO EOPNOTSUPP ' +
  'EOVERFLOW EPERM EPIPE EPROTO EPROTONOSUPPORT EPROTOTYPE ERANGE EROFS ESHUTDOWN ESPIPE ESRCH ESTALE ETIME ' +
  'ETIMEDOUT ETXTBSY EWOULDBLOCK EXDEV ENOTFOUND ENODATA EAI_AGAIN EAI_FAIL EAI_MEMORY EAI_NONAME EOF ECHARSET'
).split(' ')
