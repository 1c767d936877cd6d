"""The two operations with spyne, whose classes come from the WSDL: it has no generator of its own."""

from lxml import etree
from spyne import Application, ServiceBase, rpc
from spyne.model.complex import ComplexModel, ComplexModelMeta
from spyne.model.primitive import Boolean, DateTime, Integer16, Integer32, Unicode
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

TNS = "http://www.superoffice.net/ws/crm/NetServer/Services88"
XSD = "{http://www.w3.org/2001/XMLSchema}"
PRIMITIVES = {"boolean": Boolean, "dateTime": DateTime, "int": Integer32, "short": Integer16, "string": Unicode}


class Types:
    """Classes of the schema's types, each made when it is first asked for."""

    def __init__(self, schema):
        self.declared = {it.get("name"): it for it in schema if it.tag in (XSD + "complexType", XSD + "simpleType")}
        self.made = {}

    def named(self, name):
        prefix, _, name = name.rpartition(":")
        if prefix == "xs":
            return PRIMITIVES[name]
        if name not in self.made:
            self.make(name, self.declared[name])
        return self.made[name]

    def make(self, name, declared):
        if declared.tag == XSD + "simpleType":
            values = [it.get("value") for it in declared.iterfind(f"{XSD}restriction/{XSD}enumeration")]
            self.made[name] = Unicode(values=values, type_name=name) if values else Unicode
            return self.made[name]
        extension = declared.find(f".//{XSD}extension")
        base = ComplexModel if extension is None else self.named(extension.get("base"))
        about = {"__namespace__": TNS, "__type_name__": name, "_type_info": []}
        self.made[name] = made = ComplexModelMeta(name, (base,), about)
        # Only now, since a type may hold itself.
        sequence = (declared if extension is None else extension).find(XSD + "sequence")
        for element in () if sequence is None else sequence:
            inner = element.get("name")
            kind = self.named(element.get("type")) if element.get("type") else self.make(inner, element[0])
            most = "unbounded" if element.get("maxOccurs") else 1
            made.append_field(inner, kind.customize(max_occurs=most, min_occurs=0))
        return made


def schema():
    for found in etree.parse("User.wsdl").iter(XSD + "schema"):
        if found.get("targetNamespace") == TNS:
            return found


types = Types(schema())
User = types.named("User")
AccessGatewayInfo = types.named("AccessGatewayInfo")


class Users(ServiceBase):
    @rpc(User, _in_variable_names={"user": "User"}, _returns=User, _out_variable_name="Response")
    def SaveUser(ctx, user):
        return user

    @rpc(Unicode, _in_variable_names={"uri": "RedirectUri"}, _returns=AccessGatewayInfo, _out_variable_name="Response")
    def RegisterWithAccessGateway(ctx, uri):
        return AccessGatewayInfo(ClientId="0123456789abcdef0123456789abcdef", RedirectUri=uri)


application = WsgiApplication(Application([Users], TNS, in_protocol=Soap11(parse_xsi_type=False), out_protocol=Soap11()))
