# Octavia's own driver (package python3-octavia), one order a line: JSON in, JSON out. It plays the part of an octavia-worker
# without database, message bus and OpenStack: the load balancer it works on is what the orders have described so far.
import json
import logging
import sys
import traceback

from octavia.common import config
from octavia.common import data_models as models
from octavia.network import data_models as network

config.cfg.CONF([], project='octavia', default_config_files=[])
CONF = config.cfg.CONF


class Worker:
    def __init__(self, settings):
        CONF.set_override('client_cert', settings['client_cert'], 'haproxy_amphora')
        CONF.set_override('server_ca', settings['server_ca'], 'haproxy_amphora')
        CONF.set_override('bind_port', settings['port'], 'haproxy_amphora')
        CONF.set_override('base_path', settings['base_path'], 'haproxy_amphora')
        CONF.set_override('base_cert_dir', settings['base_cert_dir'], 'haproxy_amphora')
        CONF.set_override('connection_max_retries', 5, 'haproxy_amphora')
        CONF.set_override('connection_retry_interval', 1, 'haproxy_amphora')
        CONF.set_override('cert_manager', 'local_cert_manager', 'certificates')
        CONF.set_override('storage_path', settings['key_store'], 'certificates')
        # The driver reads its options when it is made.
        from octavia.amphorae.drivers.haproxy import rest_api_driver
        self.driver = rest_api_driver.HaproxyAmphoraLoadBalancerDriver()
        vip = settings['vip']
        self.subnet = network.Subnet(id='vip-subnet', cidr=vip['cidr'], gateway_ip=vip['gateway'], host_routes=[])
        self.network = network.Network(id='vip-network', mtu=1500)
        self.balancer = models.LoadBalancer(
            id=settings['load_balancer'], project_id='00000000000000000000000000000001', name='stock', enabled=True,
            topology=settings['topology'], vip=models.Vip(ip_address=vip['address'], subnet_id='vip-subnet'),
            provisioning_status='PENDING_UPDATE', operating_status='ONLINE')
        self.balancer.vip.load_balancer = self.balancer
        self.balancer.vrrp_group = models.VRRPGroup(
            load_balancer_id=self.balancer.id, vrrp_group_name=self.balancer.id.replace('-', ''),
            vrrp_auth_type='PASS', vrrp_auth_pass='7f3c1a9', advert_int=1)
        self.ports = {}
        self.configs = {}
        for entry in settings['amphorae']:
            amphora = models.Amphora(
                id=entry['id'], load_balancer_id=self.balancer.id, status='ALLOCATED', lb_network_ip=entry['address'],
                vrrp_ip=entry['vrrp_ip'], ha_ip=vip['address'], vrrp_port_id='vrrp-' + entry['id'], role=entry['role'],
                vrrp_priority=entry['priority'], vrrp_id=1, load_balancer=self.balancer)
            self.balancer.amphorae.append(amphora)
            port = network.Port(id=amphora.vrrp_port_id, mac_address=entry['mac'], network=self.network, network_id='vip-network')
            self.configs[amphora.id] = network.AmphoraNetworkConfig(
                amphora=amphora, vip_subnet=self.subnet, vrrp_subnet=self.subnet, vrrp_port=port)

    def amphorae(self):
        # A flow's task loads its objects anew: the API version is not remembered from step to step (driver-calls §2).
        for amphora in self.balancer.amphorae:
            amphora.api_version = None
            yield amphora

    def info(self, order):
        return [self.driver.get_info(amphora) for amphora in self.amphorae()]

    def plug_vip(self, order):
        for amphora in self.amphorae():
            self.driver.post_vip_plug(amphora, self.balancer, self.configs)

    def plug_network(self, order):
        subnet = network.Subnet(id='member-subnet', cidr=order['cidr'], gateway_ip=None, host_routes=[])
        port = network.Port(
            id='member-port', mac_address=order['mac'], network=self.network,
            fixed_ips=[network.FixedIP(ip_address=ip, subnet_id='member-subnet', subnet=subnet) for ip in order['addresses']])
        for amphora in self.amphorae():
            self.driver.post_network_plug(amphora, port, self.configs[amphora.id])

    def interfaces(self, order):
        return [self.driver.get_interface_from_ip(amphora, order['address']) for amphora in self.amphorae()]

    def vrrp(self, order):
        for amphora in self.amphorae():
            amphora.vrrp_interface = self.driver.get_interface_from_ip(amphora, amphora.vrrp_ip)
            self.driver.update_vrrp_conf(self.balancer, self.configs, amphora)
            self.driver.start_vrrp_service(amphora)

    def add_listener(self, order):
        pool = models.Pool(
            id=order['pool'], name='', protocol=order['pool_protocol'], lb_algorithm='ROUND_ROBIN', enabled=True,
            operating_status='ONLINE', provisioning_status='ACTIVE', load_balancer=self.balancer, load_balancer_id=self.balancer.id)
        listener = models.Listener(
            id=order['id'], name='', project_id=self.balancer.project_id, protocol=order['protocol'], protocol_port=order['port'],
            connection_limit=order['connection_limit'], enabled=True, operating_status='ONLINE', provisioning_status='ACTIVE',
            load_balancer=self.balancer, load_balancer_id=self.balancer.id, default_pool=pool, default_pool_id=pool.id,
            pools=[pool], tls_certificate_id=order.get('certificate'), timeout_client_data=50000, timeout_member_connect=5000,
            timeout_member_data=50000, timeout_tcp_inspect=0)
        pool.listeners.append(listener)
        self.balancer.listeners.append(listener)
        self.balancer.pools.append(pool)
        self.set_members({'listener': listener.id, 'members': order['members']})

    def set_members(self, order):
        pool = self.listener(order['listener']).default_pool
        pool.members = [
            models.Member(
                id=member['id'], ip_address=member['address'], protocol_port=member['port'], weight=1, enabled=True, pool=pool,
                subnet_id='vip-subnet', operating_status='NO_MONITOR', provisioning_status='ACTIVE')
            for member in order['members']]

    def set_monitor(self, order):
        pool = self.listener(order['listener']).default_pool
        pool.health_monitor = models.HealthMonitor(
            id=order['id'], pool=pool, type=order['type'], delay=order['delay'], timeout=order['timeout'], fall_threshold=1,
            rise_threshold=1, http_method='GET', url_path='/', expected_codes='200', enabled=True, provisioning_status='ACTIVE')

    def listener(self, wanted):
        return next(listener for listener in self.balancer.listeners if listener.id == wanted)

    def update(self, order):
        for amphora in self.amphorae():
            self.driver.update_amphora_listeners(self.balancer, amphora)

    def delete_listener(self, order):
        for amphora in self.amphorae():
            pass
        listener = self.listener(order['listener'])
        self.driver.delete(listener)
        if listener in self.balancer.listeners:
            self.balancer.listeners.remove(listener)

    def start(self, order):
        list(self.amphorae())
        self.driver.start(self.balancer)

    def reload(self, order):
        list(self.amphorae())
        self.driver.reload(self.balancer)

    def rotate(self, order):
        for amphora in self.amphorae():
            self.driver.upload_cert_amp(amphora, order['pem'].encode())

    def configure(self, order):
        for amphora in self.amphorae():
            self.driver.update_amphora_agent_config(amphora, order['text'])


def main():
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    worker = Worker(json.loads(sys.stdin.readline()))
    print(json.dumps({'result': 'ready'}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            print(json.dumps({'result': getattr(worker, order['do'])(order)}), flush=True)
        except Exception as error:
            traceback.print_exc()
            words = getattr(error, 'orig_msg', None) or str(error)
            print(json.dumps({'error': '%s: %s' % (type(error).__name__, words)}), flush=True)


main()
