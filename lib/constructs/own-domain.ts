import { CfnBasePathMapping, DomainName, EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';

/** A domain of the operator's own. */
export interface OwnDomainProps {
  readonly api: RestApi;
  readonly domainName: string;
  /** Of a certificate for it in the stack's region. */
  readonly certificateArn: string;
}

/** The API under a domain of the operator's own, without the stage in its paths. */
export class OwnDomain extends Construct {
  /** What the domain's DNS record has to be an alias of. */
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
