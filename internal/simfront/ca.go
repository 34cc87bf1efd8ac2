package simfront

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Host is the real API's. The certificate is good for it too, for clients that can't be told of
// another host.
const Host = "api.neo4j.io"

// lifetime of the CA and of the certificate. Both are made anew at each start.
const lifetime = 90 * 24 * time.Hour

// Certificate makes a CA and, signed by it, a certificate for Host, localhost, the loopback
// addresses and the host given, if it is another. The keys exist in memory alone, and the CA can
// vouch for no other name, so that whoever trusts its file trusts nothing else.
func Certificate(now time.Time, host string) (cert tls.Certificate, caPEM []byte, err error) {
	names := []string{Host, "localhost"}
	ips := []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	if ip := net.ParseIP(host); ip != nil && !ip.IsUnspecified() {
		ips = append(ips, ip)
	} else if ip == nil && host != "" && host != "localhost" {
		names = append(names, host)
	}
	ca := authority(now, names, ips)
	caKey, caDER, err := issue(ca, nil, nil)
	if err != nil {
		return cert, nil, err
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "aurad sim"},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter, DNSNames: names, IPAddresses: ips,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	key, der, err := issue(leaf, ca, caKey)
	if err != nil {
		return cert, nil, err
	}
	cert = tls.Certificate{Certificate: [][]byte{der, caDER}, PrivateKey: key}
	if cert.Leaf, err = x509.ParseCertificate(der); err != nil {
		return cert, nil, fmt.Errorf("read back the certificate: %w", err)
	}
	return cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}), nil
}

func authority(now time.Time, names []string, ips []net.IP) *x509.Certificate {
	ca := &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "aurad sim, a CA of this run alone"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(lifetime), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign, PermittedDNSDomainsCritical: true, PermittedDNSDomains: names}
	for _, ip := range ips {
		if four := ip.To4(); four != nil {
			ip = four
		}
		ca.PermittedIPRanges = append(ca.PermittedIPRanges, &net.IPNet{IP: ip, Mask: net.CIDRMask(8*len(ip), 8*len(ip))})
	}
	return ca
}

// issue makes a key and has its certificate signed; by itself when there is no parent.
func issue(c, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	if parent == nil {
		parent, parentKey = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, nil, fmt.Errorf("make the certificate of %q: %w", c.Subject.CommonName, err)
	}
	return key, der, nil
}
