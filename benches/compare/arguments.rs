//! The command line.

use std::time::Duration;

/// Parts that can be measured by themselves, in the order in which they are.
pub const PARTS: [&str; 7] = [
    "codec", "calls", "saving", "peers", "scale", "cluster", "memory",
];

const HELP: &str = "\
benches/run [ROUNDS] [OPTION...]

  --rounds N          rounds that are measured, after one that is not; default 5
  --seconds S         how long each work runs in a round; default 1.5
  --only PART,...     codec, calls, saving, peers, scale, cluster, memory; default all, written to
                      docs/performance.md
  --sizes N,...       users in the databases of scale; default 0, 1000 and 1000000
  --install           lets the peers install Debian packages that they need
  --soak MINUTES      nothing but load, and the memory of the program once in a while";

pub struct Arguments {
    pub rounds: usize,
    pub slice: Duration,
    pub only: Option<Vec<String>>,
    pub sizes: Vec<u32>,
    pub install: bool,
    pub soak: Option<u64>,
}

impl Arguments {
    /// Those of this process. What cannot be understood ends it.
    pub fn read() -> Self {
        Self::parse(std::env::args().skip(1)).unwrap_or_else(|wrong| {
            eprintln!("{wrong}\n\n{HELP}");
            std::process::exit(2);
        })
    }

    fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self {
            rounds: 5,
            slice: Duration::from_millis(1_500),
            only: None,
            sizes: vec![0, 1_000, 1_000_000],
            install: false,
            soak: None,
        };
        while let Some(argument) = given.next() {
            let mut value = || given.next().unwrap_or_default();
            let not = |what: &str| format!("{argument}: that is no {what}");
            match argument.as_str() {
                // Cargo says so to every benchmark.
                "--bench" => {}
                "--rounds" => {
                    arguments.rounds = value().parse().map_err(|_| not("number"))?;
                }
                "--seconds" => {
                    let seconds = value().parse().map_err(|_| not("number"))?;
                    arguments.slice = Duration::from_secs_f64(seconds);
                }
                "--only" => {
                    let parts: Vec<_> = value().split(',').map(str::to_owned).collect();
                    if !parts.iter().all(|part| PARTS.contains(&part.as_str())) {
                        return Err(not("part"));
                    }
                    arguments.only = Some(parts);
                }
                "--sizes" => {
                    let sizes = value();
                    let sizes = sizes.split(',').map(str::parse);
                    arguments.sizes = sizes.collect::<Result<_, _>>().map_err(|_| not("number"))?;
                }
                "--install" => arguments.install = true,
                "--soak" => arguments.soak = Some(value().parse().map_err(|_| not("number"))?),
                number => {
                    let rounds = number.parse();
                    arguments.rounds = rounds.map_err(|_| format!("{number} is no option"))?;
                }
            }
        }
        match arguments.rounds {
            0 => Err("at least one round is needed".to_owned()),
            _ => Ok(arguments),
        }
    }

    pub fn wants(&self, part: &str) -> bool {
        let only = self.only.as_ref();
        only.is_none_or(|parts| parts.iter().any(|wanted| wanted == part))
    }
}
