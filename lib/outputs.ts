import { Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { InstallationSecrets } from './constructs/data/secrets';

/** The outputs with the URLs for senders, by path. */
const urlOutputs: Readonly<Record<string, string>> = {
  '/webhook/precall': 'PreCallUrl',
  '/webhook/postcall': 'PostCallUrl',
  '/webhook/3cx': 'ThreeCxUrl',
  '/webhook/initiation': 'InitiationUrl',
  '/callers': 'CallersUrl',
  '/health': 'HealthUrl',
};

/**
 * Returns the URLs of the deployed paths for senders, under this domain or, if it is empty, under API Gateway's own.
 */
export const urlsOf = (api: RestApi, domainName: string, paths: readonly string[]): Record<string, string> => {
  const { region, urlSuffix } = Stack.of(api);
  const ownUrl = `https://${api.restApiId}.execute-api.${region}.${urlSuffix}/${api.deploymentStage.stageName}`;
  const ApiUrl = domainName === '' ? ownUrl : `https://${domainName}`;
  const urls = Object.entries(urlOutputs).filter(([path]) => paths.includes(path));
  return { ApiUrl, ...Object.fromEntries(urls.map(([path, name]) => [name, `${ApiUrl}${path}`])) };
};

/** Returns the ARNs of the deployed secrets. An operator fills in all of them except the caller hash key. */
export const arnsOf = (secrets: InstallationSecrets): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets.arns()).map(([id, arn]) => [`${id}Arn`, arn]));
