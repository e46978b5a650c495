package sidecars

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"strings"
	"sync"
	"time"
)

// PKI has the certificates of one run: an authority, the identity of the pods, and those of their clients.
type PKI struct {
	authority []byte
	server    keyPair
	root      *x509.Certificate
	rootKey   *ecdsa.PrivateKey
	clients   map[string]tls.Certificate
	asked     sync.Mutex
}

type keyPair struct{ certificate, key []byte }

// NewPKI gives all pods the one identity, which is in question nowhere.
func NewPKI(pods string) (*PKI, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	if err != nil {
		return nil, err
	}
	p := &PKI{authority: encode("CERTIFICATE", der), root: root, rootKey: key, clients: map[string]tls.Certificate{}}
	p.server, err = p.issue(pods)
	return p, err
}

// Server is the certificate of the pods, and its key.
func (p *PKI) Server() (certificate, key []byte) {
	return p.server.certificate, p.server.key
}

// Authority is the certificate of whoever signs the others.
func (p *PKI) Authority() []byte {
	return p.authority
}

// A certificate for a SPIFFE id, or for a name of DNS.
func (p *PKI) issue(id string) (keyPair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return keyPair{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: p.root.NotBefore, NotAfter: p.root.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if strings.HasPrefix(id, "spiffe://") {
		uri, err := url.Parse(id)
		if err != nil {
			return keyPair{}, err
		}
		template.URIs = []*url.URL{uri}
	} else {
		template.DNSNames, template.Subject = []string{id}, pkix.Name{CommonName: id}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, p.root, key.Public(), p.rootKey)
	if err != nil {
		return keyPair{}, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	return keyPair{encode("CERTIFICATE", der), encode("PRIVATE KEY", keyDER)}, err
}

func (p *PKI) client(id string) (tls.Certificate, error) {
	p.asked.Lock()
	defer p.asked.Unlock()
	if known, ok := p.clients[id]; ok {
		return known, nil
	}
	pair, err := p.issue(id)
	if err != nil {
		return tls.Certificate{}, err
	}
	p.clients[id], err = tls.X509KeyPair(pair.certificate, pair.key)
	return p.clients[id], err
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
