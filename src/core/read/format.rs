//! The formats that are known, as a table: a name, a sentence, and the shapes of its lines. The first shape
//! that fits a line reads it, so what is special stands before what is general.

use std::sync::LazyLock;

use super::head::Beginnings;
use super::own::Own;
use super::shape::Shape;
use super::zone::Zone;

/// A format of lines.
#[derive(Debug)]
pub struct Format {
    /// As `--format` takes it.
    pub name: Box<str>,
    /// What it is, in a few words.
    pub about: Box<str>,
    pub(super) kind: Kind,
    /// It reads a line only when most of a source's lines fit: ordinary sentences may look like it.
    pub(super) shy: bool,
    /// Its times are of UTC although no zone is written.
    pub(super) utc: bool,
    /// Its times are of this zone where none is written.
    pub(super) zone: Option<Zone>,
    /// In which lines it is worth a try.
    pub(super) beginnings: Beginnings,
}

impl Format {
    /// How many shapes it has.
    pub(super) fn shapes(&self) -> usize {
        if let Kind::Shapes(shapes) = &self.kind { shapes.len() } else { 1 }
    }
}

impl Kind {
    pub(super) fn beginnings(&self) -> Beginnings {
        match self {
            Kind::Shapes(shapes) => {
                shapes.iter().fold(Beginnings::NONE, |all, shape| all.and(shape.beginnings()))
            }
            _ => Beginnings::ALL,
        }
    }
}

/// How lines of a format are read.
#[derive(Debug)]
pub(super) enum Kind {
    Json,
    Pairs,
    /// One member a line, as `journalctl -o export` writes.
    Journal,
    Shapes(Vec<Shape>),
    /// A time at the beginning, and perhaps a level behind it.
    Timed,
    Own(Own),
}

/// One row of the table: name, sentence, shapes.
type Row = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const SHAPED: &[Row] = &[
    ("glog", "glog, klog and Kubernetes components", &[
        "{level:letter}{time} {thread:int} {file}:{line:int}] {message}",
    ]),
    ("access-vhost", "access logs that begin with the virtual host", &[
        r#"{vhost}:{port:int} {ip} {ident} {user} [{time}] {>}"{method} {path} {protocol}" {status:int} {size} "{referer:text}" "{agent:text}""#,
        r#"{vhost}:{port:int} {ip} {ident} {user} [{time}] {>}"{request:text}" {status:int} {size}"#,
    ]),
    ("access", "Apache and nginx access logs, common and combined", &[
        r#"{ip} {ident} {user} [{time}] {>}"{method} {path} {protocol}" {status:int} {size} "{referer:text}" "{agent:text}""#,
        r#"{ip} {ident} {user} [{time}] {>}"{method} {path} {protocol}" {status:int} {size}"#,
        r#"{ip} {ident} {user:text} [{time}] {>}"{request:text}" {status:int} {size}"#,
    ]),
    ("s3", "Amazon S3 access logs", &[
        r#"{owner} {bucket} [{time}] {ip} {requester} {request} {operation} {key} {>}"{uri:text}" {status} {error} {size}"#,
    ]),
    ("envoy", "Envoy access logs", &[
        r#"[{time}] {>}"{method} {path} {protocol}" {status:int} {flags} "#,
    ]),
    ("nginx", "nginx error logs", &[
        "{time} [{level}] {pid:int}#{tid:int}: *{connection:int} {message}",
        "{time} [{level}] {pid:int}#{tid:int}: {message}",
    ]),
    ("apache", "Apache error logs", &[
        "[{time}] [{module}:{level}] [pid {pid:int}:tid {tid:int}] [client {client}] {message}",
        "[{time}] [{module}:{level}] [pid {pid:int}:tid {tid:int}] {message}",
        "[{time}] [{module}:{level}] [pid {pid:int}] [client {client}] {message}",
        "[{time}] [{module}:{level}] [pid {pid:int}] {message}",
        "[{time}] [{level}] [client {client}] {message}",
    ]),
    ("syslog5424", "syslog, RFC 5424", &[
        "<{level:pri}>1 {time} {host} {app} {pid} {msgid} {data:data} {message}",
        "<{level:pri}>1 - {host} {app} {pid} {msgid} {data:data} {message}",
    ]),
    ("cisco", "Cisco devices", &[
        "{time} {host} {sequence:int}: *{_time:text}: %{facility}-{level:severity}-{mnemonic}: {message}",
        "{time}: %{facility}-{level:severity}-{mnemonic}: {message}",
        "*{time}: %{facility}-{level:severity}-{mnemonic}: {message}",
        "{time} {host} %{facility}-{level:severity}-{mnemonic}: {message}",
        "{time} {host} : %{facility}-{level:severity}-{mnemonic}: {message}",
        "<{level:pri}>{sequence:int}: *{time}: %{facility}-{level:severity}-{mnemonic}: {message}",
    ]),
    ("logcat", "Android's logcat", &[
        "{time} {pid:int} {tid:int} {level:letter} {tag:text}: {message}",
        "{time} {uid} {pid:int} {tid:int} {level:letter} {tag:text}: {message}",
        "{time} {level:letter}/{tag:text}({pid}): {message}",
        "{time} {level:letter}/{tag:text}( {pid}): {message}",
        "{level:letter}/{tag:text}({pid}): {message}",
        "{level:letter}/{tag:text}( {pid}): {message}",
    ]),
    ("spring", "Spring Boot", &[
        "{time} {level:caps} {pid:int} --- [{app:text}] [{thread:text}] {logger} : {message}",
        "{time} {level:caps} {pid:int} --- [{thread:text}] {logger} : {message}",
        "{time} {level:caps} [{app:text}] {pid:int} --- [{thread:text}] {logger} : {message}",
    ]),
    ("hadoop", "Hadoop", &[
        "{time} {level:caps} [{thread:text}] {logger}: {message}",
        "{time} {level:caps} {logger}: {message}",
    ]),
    ("hdfs", "HDFS", &["{time} {pid:int} {level:caps} {logger}: {message}"]),
    ("zookeeper", "ZooKeeper", &[
        "{time} - {level:caps} [{thread:text}] - {message}",
        "{time} [myid:{id:text}] - {level:caps} [{thread:text}] - {message}",
    ]),
    ("log4j", "log4j and logback", &[
        "{time} {level:caps} [{thread:text}] {logger} - {message}",
        "{time} {level:caps} [{thread:text}] ({logger}) {message}",
        "{time} {level:caps} [{logger}] ({thread:text}) {message}",
        "{time} [{thread:text}] {level:caps} {logger} - {message}",
        "{time} [{thread:text}] {level:caps} {logger}: {message}",
        "{time} {level:caps} {logger} [{thread:text}] {message}",
        "{time} {level:caps} {logger} - {message}",
        "{level:caps} {time} [{thread:text}] {logger} - {message}",
        "{level:caps} [{thread:text}] {time} {file}:{line:int} - {message}",
        "{level:caps} [{thread:text}] {time} - {message}",
        "{level:caps} {time} {message}",
    ]),
    ("python", "Python logging", &[
        "{time} - {logger} - {level} - {message}",
        "{time} - {level:plain} - {message}",
        "{time} : {level:plain} : {message}",
        "{time} {level:caps} {file}:{line:int} - {message}",
    ]),
    ("python-basic", "Python logging, without a time", &["{level:caps}:{logger}:{message}"]),
    ("celery", "Celery", &[
        "[{time}: {level:caps}/{process}] {message}",
    ]),
    ("gunicorn", "Gunicorn", &["[{time}] [{pid:int}] [{level:caps}] {message}"]),
    ("loguru", "Loguru", &["{time} | {level} | {logger}:{function}:{line:int} - {message}"]),
    ("openstack", "OpenStack", &[
        "{time} {pid:int} {level:caps} {logger} [{request:text}] {message}",
        "{file} {time} {pid:int} {level:caps} {logger} [{request:text}] {message}",
        "{time} {pid:int} {level:caps} {logger} {message}",
    ]),
    ("elasticsearch", "Elasticsearch, OpenSearch and Logstash", &[
        "[{time}][{level:caps}][{logger}] [{node}] {message}",
        "[{time}][{level:caps}][{logger}] {message}",
        "[{time}][{level:caps}][{logger}][{pipeline}] {message}",
    ]),
    ("kafka", "Kafka", &[
        "[{time}] {level:caps} [{component:text}] {message}",
        "[{time}] {level:caps} {message}",
    ]),
    ("monolog", "Monolog and Laravel", &["[{time}] {channel}.{level:caps}: {message}"]),
    ("php", "PHP", &[
        "[{time}] PHP {level}: {message}",
        "[{time}] PHP Fatal {level}: {message}",
        "[{time}] PHP Parse {level}: {message}",
    ]),
    ("postgres", "PostgreSQL", &[
        "{time} [{pid}] {level:caps}: {message}",
        "{time} [{pid}] {session}@{database} {level:caps}: {message}",
        "{time} [{pid}] [{session:text}] {level:caps}: {message}",
        "{time} [{pid}]: {session:text} {level:caps}: {message}",
        "{time} {session}@{database} {level:caps}: {message}",
        "{time}:{client}:{session}@{database}:[{pid}]:{level:caps}: {message}",
            "{time} {zone} [{pid}] {level:caps}: {message}",
        "{time} {zone} [{pid}] {session}@{database} {level:caps}: {message}",
    ]),
    ("mysql", "MySQL and MariaDB", &[
        "{time} {thread:int} [{level}] [{code}] [{subsystem}] {message}",
        "{time} {thread:int} [{level}] {message}",
    ]),
    ("mongodb", "MongoDB before 4.4", &[
        "{time} {level:letter} {component} [{context:text}] {message}",
    ]),
    ("redis", "Redis and Valkey", &["{pid:int}:{role} {time} {level:sign} {message}"]),
    ("windows-cbs", "Windows servicing (CBS)", &["{time}, {level} {component} {message}"]),
    ("macos", "macOS unified log", &[
        "{time} {thread} {level} {activity} {pid:int} {ttl:int} {process:text}: {message}",
    ]),
    ("bgl", "BlueGene/L", &[
        "{alert} {epoch:int} {date} {node} {time} {node2} {kind} {component} {level:caps} {message}",
    ]),
    ("cluster", "Thunderbird, Spirit and Liberty", &[
        "{alert} {time} {date} {node} {month} {day:int} {clock} {place} {app}[{pid:int}]: {message}",
        "{alert} {time} {date} {node} {month} {day:int} {clock} {place} {app}: {message}",
    ]),
    ("hpc", "HPC events", &["{id:int} {node} {component} {state} {time} {flag:int} {message}"]),
    ("bars", "columns between bars", &[
        "{time} | {level:caps} | {message}",
        "{time}|{component}|{pid:int}|{message}",
    ]),
    ("ruby", "Ruby's logger", &[
        "{letter}, [{time} #{pid:int}] {level} -- : {message}",
        "{letter}, [{time} #{pid:int}] {level} -- {program:text}: {message}",
    ]),
    ("env_logger", "Rust's env_logger", &["[{time} {level:caps} {target}] {message}"]),
    ("hclog", "Vault, Consul, Nomad and Terraform", &["{time} [{level:caps}] {logger}: {message}"]),
    ("tomcat", "Tomcat", &["{time} {level:caps} [{thread:text}] {logger} {message}"]),
    ("chromium", "Chromium", &[
        "[{pid:int}:{tid:int}:{time}:{level:caps}:{file}({line:int})] {message}",
        "[{time}:{level:caps}:{file}({line:int})] {message}",
    ]),
    ("minecraft", "Minecraft", &["[{time}] [{thread:text}/{level:caps}]: {message}"]),
    ("zap", "zap's console encoder", &[
        "{time}\t{level}\t{logger}\t{file}:{line:int}\t{message}",
        "{time}\t{level}\t{file}:{line:int}\t{message}",
        "{time}\t{level}\t{message}",
    ]),
    ("tracing", "Rust's tracing", &[
        "{time} {level:caps} {target}: {message}",
        "{time} {level:caps} ThreadId({thread}) {target}: {message}",
    ]),
    ("rabbitmq", "RabbitMQ, Elixir and Erlang", &["{time} [{level}] <{process}> {message}"]),
    ("esxi", "VMware ESXi and vCenter", &[
        "{time} {level:plain} {app}[{pid}] [{origin:text}] {message}",
    ]),
    ("envoy-app", "Envoy itself", &["[{time}][{thread:int}][{level}][{logger}] [{file}:{line:int}] {message}"]),
    ("bind", "BIND and Dovecot", &["{time} {category}: {level:plain}: {message}"]),
    ("jetty", "Jetty", &["{time}:{level:caps}:{logger}:{thread}: {message}"]),
    ("asterisk", "Asterisk", &[
        "[{time}] {level:caps}[{pid:int}]: {message}",
        "[{time}] {level:caps}[{pid:int}][{call}]: {message}",
    ]),
    ("tornado", "Tornado and Jupyter", &[
        "[{level:letter} {time} {file}:{line:int}] {message}",
        "[{level:letter} {time} {app}] {message}",
    ]),
    ("actions", "GitHub Actions", &["{time} ##[{level}]{message}"]),
    ("lambda", "AWS Lambda", &[
        "{time}\t{request}\t{level:caps}\t{message}",
        "[{level:caps}]\t{time}\t{request}\t{message}",
    ]),
    ("gin", "Gin access logs", &[
        r#"[GIN] {time} | {status:int} | {took} | {ip} | {>}{method} "{path}""#,
        "[GIN] {time} | {status:int} | {took} | {ip} | {message}",
    ]),
    ("dotnet", ".NET's console", &["{level}: {category}[{event:int}]"]),
    ("logrus", "logrus in a terminal", &["{level:caps}[{elapsed:int}] {message}"]),
    ("ios", "macOS and iOS system logs with a level", &["{time} {host} {app}[{pid:int}] <{level}>: {message}"]),
    ("bigip", "BIG-IP", &["{time} {host} {level:plain} {app}[{pid:int}]: {message}"]),
    ("iis", "IIS, W3C", &[
        "{time} {server} {>}{method} {path} {query} {port:int} {user} {ip} {agent} {referer} {status:int} {substatus:int} {win32:int} {took:int}",
        "{time} {server} {>}{method} {path} {query} {port:int} {user} {ip} {agent} {status:int} {substatus:int} {win32:int}",
    ]),
    ("serilog", ".NET: Serilog and NLog", &[
        "[{time} {level}] {message}",
        "{time}|{level:caps}|{logger}|{message}",
        "{time}|{level:caps}|{message}",
    ]),
    ("bracketed", "a level in brackets behind the time", &[
        "{time} [{level}] {message}",
        "{time} [{level}]: {message}",
        "[{time}] [{level}] {message}",
    ]),
    ("squid", "Squid access logs", &[
        "{time} {elapsed:int} {ip} {>}{action}/{status:int} {size:int} {method} {uri} {user}",
    ]),
    ("haproxy", "HAProxy behind syslog", &[
        "{time} {host} haproxy[{pid:int}]: {ip}:{port:int} [{time}] {>}{frontend} {backend} {timers} {status:int} {size:int}",
    ]),
    ("alb", "AWS load balancers", &[
        r#"{kind} {time} {elb} {client} {target} {t1} {t2} {t3} {status:int} {target_status} {received} {sent} {>}"{request:text}""#,
    ]),
    ("audit", "Linux audit", &["type={type} msg=audit({time}:{serial:int}): {message}"]),
    ("samba", "Samba", &["[{time}, {debug:int}] {message}"]),
    ("level", "a level in capitals before everything else", &["{level:caps} {message}"]),
    ("level-after-time", "a level right behind the time", &[
        "{time} {level:caps} {message}",
        "[{time}] {level:caps} {message}",
    ]),
    ("level-any", "the same in any case, where all lines have one", &["{time} {level} {message}"]),
    ("heroku", "Heroku", &["{time} {app}[{dyno}]: {message}"]),
    ("syslog", "syslog, RFC 3164, and the journal's short forms", &[
        "<{level:pri}>{time} {host} {app}[{pid}]: {message}",
        "<{level:pri}>{time} {host} {app}: {message}",
        "<{level:pri}>{time} {host} {message}",
        "{time} {host} {app}[{pid:int}]: {message}",
        "{time:syslog} {host} {app:text}[{pid:int}]: {message}",
        "{time:syslog} {host} {app}[{pid:int}] ({origin:text}): {message}",
        "{time:syslog} {host} {app}: {message}",
    ]),
];

/// Rows whose lines ordinary sentences may look like.
const SHY: &[&str] = &["level", "level-any"];

/// Rows whose times are of UTC although no zone is written.
const UTC: &[&str] = &["iis"];

/// What goes on with the record before although it has a time: words PostgreSQL writes where a level stands.
pub(super) const FURTHER: &[&[u8]] = &[b"DETAIL", b"HINT", b"CONTEXT", b"STATEMENT", b"QUERY", b"LOCATION"];

/// Where JSON stands in [`FORMATS`].
pub(super) const JSON: usize = 0;
/// Where logfmt stands.
pub(super) const PAIRS: usize = 1;
/// Where the journal's export stands.
pub(super) const JOURNAL: usize = 2;
/// Where a time with whatever behind it stands.
pub(super) const TIMED: usize = 3;
/// Where glog stands, whose lines also stand behind others.
pub(super) const GLOG: usize = 4;

/// All formats that need no configuration.
pub(super) static FORMATS: LazyLock<Vec<Format>> = LazyLock::new(|| {
    let format = |name: &str, about: &str, kind: Kind| Format {
        name: name.into(),
        about: about.into(),
        beginnings: kind.beginnings(),
        kind,
        shy: SHY.contains(&name),
        utc: UTC.contains(&name),
        zone: None,
    };
    let mut formats = vec![
        format("json", "a JSON object a line", Kind::Json),
        format("logfmt", "key=value", Kind::Pairs),
        format("journal-export", "the export of systemd's journal", Kind::Journal),
        format("time", "a time first, whatever follows", Kind::Timed),
    ];
    formats.extend(SHAPED.iter().map(|(name, about, shapes)| {
        // A test holds every shape of the table to be one.
        format(name, about, Kind::Shapes(shapes.iter().filter_map(|shape| Shape::new(shape).ok()).collect()))
    }));
    formats
});

/// All formats that need no configuration, in the order in which they are tried.
pub fn formats() -> &'static [Format] {
    &FORMATS
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_shape_of_the_table_is_one() {
        for (name, _, shapes) in SHAPED {
            for shape in *shapes {
                assert!(Shape::new(shape).is_ok(), "{name}: {shape}: {:?}", Shape::new(shape));
            }
        }
    }

    #[test]
    fn names_are_words_and_stand_once() {
        let mut seen = HashSet::new();
        for format in formats() {
            assert!(seen.insert(&format.name), "{} stands twice", format.name);
            assert!(
                format
                    .name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
            );
        }
        for name in SHY.iter().chain(UTC) {
            assert!(seen.contains(&Box::from(*name)), "{name} is no format");
        }
    }

    #[test]
    fn places_in_the_table_are_what_they_are_called() {
        for (at, name) in
            [(JSON, "json"), (PAIRS, "logfmt"), (JOURNAL, "journal-export"), (TIMED, "time"), (GLOG, "glog")]
        {
            assert_eq!(&*formats()[at].name, name);
        }
    }
}
