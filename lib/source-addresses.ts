import { isIPv4 } from 'node:net';
import * as z from 'zod';

/**
 * The addresses from which ElevenLabs sends webhooks, as published: two each for the US, Europe and Asia, then for the
 * residency regions Europe, India and Singapore. https://elevenlabs.io/docs/eleven-api/resources/ip-allowlisting
 */
const published = [
  '34.67.146.145, 34.59.11.47',
  '35.204.38.71, 34.147.113.54',
  '35.185.187.110, 35.247.157.189',
  '34.77.234.246, 34.140.184.144',
  '34.93.26.174, 34.93.252.69',
  '34.87.23.17, 34.126.179.103',
].join(', ');

/** Maximum number of addresses that fit into a resource policy, which holds 8,192 bytes. */
const maxAddresses = 200;

const separator = /\s*,\s*/;

/** Tells whether the text is an IPv4 address or a range such as `203.0.113.0/24`. */
const isAddress = (text: string): boolean => {
  const [address = '', prefix, ...rest] = text.split('/');
  return isIPv4(address) && rest.length === 0 && (prefix === undefined || /^([1-9]|[12]\d|3[0-2])$/.test(prefix));
};

const isList = (text: string): boolean => {
  const addresses = text.split(separator);
  return addresses.length <= maxAddresses && addresses.every(isAddress);
};

/** `ELEVENLABS_SOURCE_IPS`: IPv4 addresses and ranges, or `any`. */
export const sourceAddresses = z
  .string()
  .trim()
  .refine(
    (text) => text === 'any' || isList(text),
    `expected at most ${maxAddresses} IPv4 addresses or ranges such as 203.0.113.0/24, separated by commas, or any`,
  )
  .default(published);

/** `WAF_TRUSTED_IPS`: IPv4 addresses and ranges, or an empty text. */
export const firewallAddresses = z
  .string()
  .trim()
  .refine(
    (text) => text === '' || isList(text),
    `expected at most ${maxAddresses} IPv4 addresses or ranges such as 203.0.113.0/24, separated by commas`,
  )
  .default('');

/** Returns the ranges that the firewall never blocks for their reputation: ElevenLabs' addresses and the operator's. */
export const trustedRanges = (elevenLabs: string, operator: string): readonly string[] => {
  const all = [...(addressesOf(elevenLabs) ?? published.split(separator)), ...operator.split(separator)];
  const ranges = all.filter((address) => address !== '').map((each) => (each.includes('/') ? each : `${each}/32`));
  return [...new Set(ranges)];
};

/** Returns the addresses in the setting, or undefined for `any`. */
export const addressesOf = (setting: string): readonly string[] | undefined =>
  setting === 'any' ? undefined : setting.split(separator);
