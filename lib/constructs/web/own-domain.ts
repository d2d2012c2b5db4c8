import { CfnBasePathMapping, DomainName, EndpointType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import type { Settings } from '../../settings';
import { tlsOf } from './tls';

/** The operator's own domain. */
export interface OwnDomainProps {
  readonly api: RestApi;
  readonly settings: Settings;
}

/** Serves the API under the operator's own domain, without the stage in its paths. */
export class OwnDomain extends Construct {
  /** The target of the domain's DNS alias record. */
  readonly target: string;

  constructor(scope: Construct, id: string, { api, settings }: OwnDomainProps) {
    super(scope, id);
    const { DOMAIN_NAME: domainName, CERTIFICATE_ARN: certificateArn, MINIMUM_TLS: minimumTls } = settings;
    const domain = new DomainName(this, 'Domain', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      ...tlsOf(minimumTls),
    });
    new CfnBasePathMapping(this, 'Mapping', {
      domainName: domain.domainName,
      restApiId: api.restApiId,
      stage: api.deploymentStage.stageName,
    });
    this.target = domain.domainNameAliasDomainName;
  }
}
