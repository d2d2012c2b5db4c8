import { CfnBasePathMapping, DomainName, EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';

/** The operator's own domain. */
export interface OwnDomainProps {
  readonly api: RestApi;
  readonly domainName: string;
  /** The ARN of a certificate for the domain in the stack's region. */
  readonly certificateArn: string;
}

/** Serves the API under the operator's own domain, without the stage in its paths. */
export class OwnDomain extends Construct {
  /** The name that the domain's DNS record must be an alias of. */
  readonly target: string;

  constructor(scope: Construct, id: string, { api, domainName, certificateArn }: OwnDomainProps) {
    super(scope, id);
    const domain = new DomainName(this, 'Domain', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new CfnBasePathMapping(this, 'Mapping', {
      domainName: domain.domainName,
      restApiId: api.restApiId,
      stage: api.deploymentStage.stageName,
    });
    this.target = domain.domainNameAliasDomainName;
  }
}
