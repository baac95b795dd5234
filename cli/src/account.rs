//! Accounts as people write and read them, and their balances.

use crate::{
    amounts,
    args::Globals,
    chain::Chain,
    errors::{CliError, Result},
    keys,
    output::Out,
};
use candor_primitives::{AccountId, Balance};
use codec::{Decode, Encode};
use serde_json::json;
use sp_core::{
    crypto::{Ss58AddressFormat, Ss58Codec},
    Pair,
};
use sp_crypto_hashing::{blake2_128, twox_128};

/// Prefix of Candor's addresses.
pub const SS58_PREFIX: u16 = 2609;

/// The address of an account on Candor.
pub fn address(account: &AccountId) -> String {
    account.to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
}

/// Read an account: an address of any Substrate chain, 0x and 64 hex digits, or a development key such as `//Alice`.
pub fn parse(text: &str) -> Result<AccountId> {
    if text.starts_with("//") {
        return Ok(AccountId::new(keys::load(text)?.public().0));
    }
    if let Some(bytes) = text.strip_prefix("0x") {
        return hex::decode(bytes)
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .map(AccountId::new)
            .ok_or_else(|| {
                CliError::usage(format!("{} is not the public key of an account (64 hex digits)", quoted(text)))
            });
    }
    // The key is in the address whatever the prefix; wallets show the same account under several.
    AccountId::from_ss58check_with_version(text).map(|(account, _)| account).map_err(|_| {
        CliError::usage(format!("{} is not an account", quoted(text)))
            .hint("write an address, a 0x public key, or //Alice")
    })
}

/// What was given, for a message; not a secret that was given by mistake.
fn quoted(text: &str) -> String {
    if keys::resembles_secret(text) {
        "what was given".into()
    } else {
        format!("`{text}`")
    }
}

/// What `System.Account` holds for an account.
#[derive(Decode, Default)]
struct AccountInfo {
    nonce: u32,
    _references: (u32, u32, u32),
    free: Balance,
    reserved: Balance,
    frozen: Balance,
    _flags: u128,
}

/// `candor balance`.
pub async fn balance(globals: &Globals, out: &Out, who: Option<&str>) -> Result<()> {
    let named = who.map(parse).transpose()?;
    let chain = Chain::connect(&globals.url).await?;
    let account = match named {
        Some(account) => account,
        None => globals.account(&chain, out).await?,
    };
    let encoded = account.encode();
    let key = [&twox_128(b"System")[..], &twox_128(b"Account"), &blake2_128(&encoded), &encoded].concat();
    let info: AccountInfo = chain.storage(&key).await?.unwrap_or_default();
    // Holds lie in `reserved`, and a freeze only matters beyond them.
    let spendable = info.free.saturating_sub(info.frozen.saturating_sub(info.reserved));
    let document = json!({
        "account": address(&account), "nonce": info.nonce, "free": amounts::decimal(info.free),
        "held": amounts::decimal(info.reserved), "frozen": amounts::decimal(info.frozen),
        "spendable": amounts::decimal(spendable),
    });
    out.document(&document, || {
        let mut text = format!("account    {}\nspendable  {}\n", address(&account), amounts::show(spendable));
        if info.reserved > 0 {
            text += &format!("on hold    {}  (deposits, stake, fees of open jobs)\n", amounts::show(info.reserved));
        }
        text += &format!("nonce      {}\n", info.nonce);
        text
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_should_be_read_when_written_in_any_form() {
        let alice = parse("//Alice").unwrap();
        assert_eq!(parse(&address(&alice)).unwrap(), alice);
        assert_eq!(parse("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY").unwrap(), alice);
        assert_eq!(parse(&format!("0x{}", hex::encode(alice.encode()))).unwrap(), alice);
        assert!(parse("alice").is_err());
        assert!(parse("0x12").err().unwrap().to_string().contains("`0x12`"));
        let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
        assert!(!parse(phrase).err().unwrap().to_string().contains("bottom"));
    }
}
