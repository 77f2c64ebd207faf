//! What the made-up logs say. The same seed and the same times say the same.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// One kind of log.
pub struct Voice {
    /// The name of its file.
    pub file: &'static str,
    /// The next entry: one or more lines, each with its newline.
    pub say: fn(&mut Random, Timestamp) -> String,
    /// Milliseconds between two entries, at least and at most, while it is lively.
    pub pause: (i64, i64),
}

/// All kinds; the first one is rotated.
pub const VOICES: &[Voice] = &[
    Voice { file: "access.log", say: access, pause: (40, 500) },
    Voice { file: "app.log", say: app, pause: (80, 900) },
    Voice { file: "events.json", say: events, pause: (150, 1_200) },
    Voice { file: "syslog", say: syslog, pause: (400, 2_500) },
];

/// A small generator of numbers that look random (the step of splitmix64).
pub struct Random(u64);

impl Random {
    /// The same numbers for the same seed.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `least` up to, but not including, `most`.
    pub fn within(&mut self, least: i64, most: i64) -> i64 {
        least + (self.next() % (most - least).max(1).unsigned_abs()) as i64
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.next().is_multiple_of(n)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[(self.next() % from.len() as u64) as usize]
    }

    /// The earlier, the more often.
    fn pick_early<T: Copy>(&mut self, from: &[T]) -> T {
        let bound = self.next() % from.len() as u64 + 1;
        from[(self.next() % bound) as usize]
    }

    fn uuid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            b >> 52,
            b & 0xffff_ffff_ffff
        )
    }
}

fn stamp(at: Timestamp, format: &str) -> String {
    at.to_zoned(TimeZone::UTC).strftime(format).to_string()
}

const ADDRESSES: &[&str] = &[
    "203.0.113.7",
    "198.51.100.23",
    "192.0.2.146",
    "203.0.113.88",
    "2001:db8::8:1c",
    "198.51.100.200",
    "2001:db8:51::fe",
];
const USERS: &[&str] = &["ada", "grace", "linus", "margaret", "dennis", "barbara"];

fn access(random: &mut Random, at: Timestamp) -> String {
    let paths = [
        "/",
        "/api/items?page=3",
        "/static/app.css",
        "/api/orders/48213",
        "/img/banner.webp",
        "/login",
        "/api/search?q=red+shoes",
        "/admin/.env",
        "/health",
    ];
    let method = random.pick_early(&["GET", "GET", "POST", "PUT", "DELETE"]);
    let status = random.pick_early(&[200, 200, 200, 304, 301, 404, 499, 500, 503]);
    let agent = random.pick(&[
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1",
        "curl/8.14.1",
        "kube-probe/1.33",
    ]);
    format!(
        "{} - {} [{}] \"{method} {} HTTP/1.1\" {status} {} \"-\" \"{agent}\" rt=0.{:03}\n",
        random.pick_early(ADDRESSES),
        if random.one_in(5) { random.pick(USERS) } else { "-" },
        stamp(at, "%d/%b/%Y:%H:%M:%S %z"),
        random.pick_early(&paths),
        random.within(120, 48_000),
        random.within(1, 999),
    )
}

fn app(random: &mut Random, at: Timestamp) -> String {
    let time = stamp(at, "%Y-%m-%d %H:%M:%S%.3f");
    let worker = random.within(1, 9);
    let order = random.within(48_000, 49_000);
    let user = random.pick(USERS);
    let ms = random.within(2, 480);
    match random.within(0, 40) {
        0 => format!(
            "{time} ERROR [worker-{worker}] shop.Payment - charging order {order} failed after 3 attempts\n\
             java.net.SocketTimeoutException: Read timed out\n\
             \tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:288)\n\
             \tat shop.payment.Gateway.charge(Gateway.java:{})\n\
             \tat shop.payment.Payment.run(Payment.java:91)\n\
             Caused by: shop.payment.GatewayBusy: retry later\n\
             \t... 14 more\n",
            random.within(40, 400)
        ),
        1..4 => format!(
            "{time} WARN  [worker-{worker}] shop.Pool - connection pool is {}% full, waited {ms} ms\n",
            random.within(80, 100)
        ),
        4..10 => format!(
            "{time} DEBUG [worker-{worker}] shop.Cache - hit key=\"user:{user}\" ttl={}s size={} KiB\n",
            random.within(1, 300),
            random.within(1, 64)
        ),
        10..20 => {
            format!(
                "{time} INFO  [worker-{worker}] shop.Session - user={user} signed in from {}\n",
                random.pick(ADDRESSES)
            )
        }
        20..24 => format!(
            "{time} INFO  [worker-{worker}] shop.Export - wrote /srv/export/orders-{}.csv ({} rows, {}.{} MB)\n",
            stamp(at, "%Y%m%d"),
            random.within(100, 90_000),
            random.within(1, 40),
            random.within(0, 10)
        ),
        _ => format!(
            "{time} INFO  [worker-{worker}] shop.Checkout - order {order} paid by user={user} in {ms} ms\n"
        ),
    }
}

fn events(random: &mut Random, at: Timestamp) -> String {
    let (level, message) = random.pick_early(&[
        ("info", "job finished"),
        ("info", "job started"),
        ("debug", "lease renewed"),
        ("warn", "job is slow"),
        ("error", "job failed"),
    ]);
    let job = random.pick(&["thumbnail", "mail", "invoice", "reindex"]);
    format!(
        "{{\"ts\":\"{}\",\"level\":\"{level}\",\"msg\":\"{message}\",\"job\":\"{job}\",\"id\":\"{}\",\"ms\":{},\
         \"ok\":{},\"host\":\"worker-{}.example.org\"}}\n",
        stamp(at, "%Y-%m-%dT%H:%M:%S%.3fZ"),
        random.uuid(),
        random.within(3, 9_000),
        level != "error",
        random.within(1, 5),
    )
}

fn syslog(random: &mut Random, at: Timestamp) -> String {
    let time = stamp(at, "%b %e %H:%M:%S");
    let (user, address) = (random.pick(USERS), random.pick(ADDRESSES));
    let pid = random.within(900, 32_000);
    match random.within(0, 12) {
        0 => format!(
            "{time} web-1 kernel: [{}.{:06}] TCP: request_sock_TCP: Possible SYN flooding on port 443. Sending cookies.\n",
            random.within(1_000, 900_000),
            random.within(0, 999_999)
        ),
        1..3 => format!(
            "{time} web-1 sshd[{pid}]: Failed password for invalid user admin from {address} port {} ssh2\n",
            random.within(30_000, 65_000)
        ),
        3..6 => format!(
            "{time} web-1 sshd[{pid}]: Accepted publickey for {user} from {address} port {} ssh2\n",
            random.within(30_000, 65_000)
        ),
        6..8 => format!("{time} web-1 CRON[{pid}]: ({user}) CMD (/usr/local/bin/backup --incremental)\n"),
        8 => format!("{time} web-1 systemd[1]: Started Daily apt download activities.\n"),
        9 => {
            format!("{time} web-1 systemd[1]: nginx.service: Reloading took {} ms\n", random.within(20, 900))
        }
        _ => format!(
            "{time} web-1 dhclient[{pid}]: bound to 192.0.2.146 -- renewal in {} seconds.\n",
            random.within(1_000, 4_000)
        ),
    }
}
