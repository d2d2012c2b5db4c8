import { CfnRestApi, EndpointAccessMode, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import type { Settings } from '../../settings';

/**
 * The security policy of each value of MINIMUM_TLS. Only `1.2-all-ciphers` has ciphers without forward secrecy.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
 */
const policies: Readonly<Record<Settings['MINIMUM_TLS'], SecurityPolicy>> = {
  '1.3': SecurityPolicy.TLS13_1_3_2025_09,
  '1.2': SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09,
  '1.2-all-ciphers': SecurityPolicy.TLS13_1_2_PQ_2025_09,
};

/** Returns the TLS settings of the API and the domain. The handshake's host must equal the request's host. */
export const tlsOf = (minimum: Settings['MINIMUM_TLS']) => ({
  securityPolicy: policies[minimum],
  endpointAccessMode: EndpointAccessMode.STRICT,
});

/**
 * Sets the TLS policy of the API's own endpoint. The CDK construct lacks this property, and AWS's default is TLS 1.0.
 */
export const requireTls = (api: RestApi, minimum: Settings['MINIMUM_TLS']): void => {
  const resource = api.node.defaultChild;
  if (!(resource instanceof CfnRestApi)) throw new Error('The API is not a REST API of the template.');
  const { securityPolicy, endpointAccessMode } = tlsOf(minimum);
  resource.securityPolicy = securityPolicy;
  resource.endpointAccessMode = endpointAccessMode;
};
