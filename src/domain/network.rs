//! From which networks a system may call, and which addresses are on this machine.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};
use url::{Host, Url};

/// Most networks of one system.
pub const MAX_NETWORKS: usize = 100;

/// Networks in CIDR form; none means every address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// Why a text is not a list of networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Neither an address nor a network.
    #[error("not an address or a network: write 192.0.2.0/24, 192.0.2.7 or 2001:db8::/48")]
    Syntax,
    /// `10.1.2.3/8`: it does not tell whether the one address or the whole network is meant.
    #[error(
        "the address has bits beyond the prefix: write the network's own address, or the one address without a prefix"
    )]
    HostBits,
    /// More than [`MAX_NETWORKS`].
    #[error("more than 100 networks: join neighbours into wider ones")]
    TooMany,
}

impl Networks {
    /// Whether a caller with this address may come. An IPv4 address in IPv6 clothes (`::ffff:192.0.2.7`) counts as the IPv4 address.
    pub fn allow(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.is_empty() || self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for Networks {
    type Err = NetworkError;

    /// Reads networks and single addresses separated by white space.
    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let networks: Vec<_> = text.split_whitespace().map(network).collect::<Result<_, _>>()?;
        if networks.len() > MAX_NETWORKS {
            return Err(NetworkError::TooMany);
        }
        Ok(Self(networks))
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, network) in self.0.iter().enumerate() {
            let space = if number == 0 { "" } else { " " };
            write!(f, "{space}{network}")?;
        }
        Ok(())
    }
}

fn network(text: &str) -> Result<IpNet, NetworkError> {
    let network = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address.to_canonical()),
        Err(_) => text.parse().map_err(|_| NetworkError::Syntax)?,
    };
    if network.trunc() != network {
        return Err(NetworkError::HostBits);
    }
    Ok(match network {
        // A network of mapped addresses is one of IPv4, because callers are compared in that form.
        IpNet::V6(mapped) if mapped.prefix_len() >= 96 => match mapped.addr().to_ipv4_mapped() {
            Some(address) => Ipv4Net::new(address, mapped.prefix_len() - 96)
                .map_err(|_| NetworkError::Syntax)?
                .into(),
            None => network,
        },
        network => network,
    })
}

/// Whether an address is on this machine, where no proxy leads.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(networks: &str, address: &str) -> bool {
        networks.parse::<Networks>().unwrap().allow(address.parse().unwrap())
    }

    #[test]
    fn an_address_is_let_in_by_any_of_the_networks() {
        assert!(allows("", "203.0.113.9") && allows("  ", "2001:db8::1"));
        let list = "192.0.2.0/24 198.51.100.7\n2001:db8::/48";
        for good in [
            "192.0.2.0",
            "192.0.2.255",
            "198.51.100.7",
            "2001:db8:0:ffff::1",
            "::ffff:192.0.2.9",
        ] {
            assert!(allows(list, good), "{good}");
        }
        for bad in ["192.0.3.0", "198.51.100.8", "2001:db8:1::", "::ffff:192.0.3.9", "::1"] {
            assert!(!allows(list, bad), "{bad}");
        }
        assert!(!allows("::/0", "192.0.2.1") && !allows("0.0.0.0/0", "::1"));
    }

    #[test]
    fn mapped_networks_are_networks_of_ipv4() {
        let list: Networks = "::ffff:10.0.0.0/104 ::ffff:192.0.2.7".parse().unwrap();
        assert_eq!(list.to_string(), "10.0.0.0/8 192.0.2.7/32");
        assert!(list.allow("10.255.0.1".parse().unwrap()) && !list.allow("11.0.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let list: Networks = "192.0.2.0/24 2001:db8::/48".parse().unwrap();
        assert_eq!(list.to_string().parse(), Ok(list));
        for (bad, error) in [
            ("192.0.2.0/33", NetworkError::Syntax),
            ("example.fi", NetworkError::Syntax),
            ("192.0.2.1/24", NetworkError::HostBits),
            ("2001:db8::1/48", NetworkError::HostBits),
            (&*"192.0.2.1 ".repeat(101), NetworkError::TooMany),
        ] {
            assert_eq!(bad.parse::<Networks>(), Err(error), "{bad}");
        }
    }
}
