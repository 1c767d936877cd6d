// The service contracts of the steps, as .NET's svcutil writes them; Mono's leaves out the header
// blocks and the name of the result. Some are message contracts, which show the header blocks of an
// answer, and some take and give parameters.

using System.Collections.Generic;
using System.Runtime.Serialization;
using System.ServiceModel;

namespace ClientSuite
{
    using www.superoffice.net.ws.crm.NetServer.Services88;

    static class Names
    {
        public const string Tns = "http://www.superoffice.net/ws/crm/NetServer/Services88";
    }

    [DataContract(Name = "SoTimeZone", Namespace = Names.Tns)]
    public class SoTimeZone
    {
        [DataMember(Order = 0)] public int SoTimeZoneId;
        [DataMember(Order = 1)] public string SoTimeZoneLocationCode;
    }

    [DataContract(Name = "SoExceptionInfo", Namespace = Names.Tns)]
    public class SoExceptionInfo
    {
        [DataMember(Order = 0)] public string Message;
        [DataMember(Order = 1)] public string StackTrace;
        [DataMember(Order = 2)] public string FriendlyText;
        [DataMember(Order = 3)] public string ExceptionType;
        [DataMember(Order = 4)] public string Source;
        [DataMember(Order = 5)] public SoExceptionInfo InnerException;
        [DataMember(Order = 6)] public SoExceptionInfoParameters Parameters;
    }

    [CollectionDataContract(Name = "SoExceptionInfoParameters", Namespace = Names.Tns,
        ItemName = "SoExceptionInfoParametersKeyValuePair", KeyName = "Key", ValueName = "Value")]
    public class SoExceptionInfoParameters : Dictionary<string, string> { }

    [CollectionDataContract(Name = "SoExtraInfo", Namespace = Names.Tns,
        ItemName = "ExtraInfoNameValuePair", KeyName = "Key", ValueName = "Value")]
    public class SoExtraInfo : Dictionary<string, string> { }

    [MessageContract]
    public class Answer
    {
        [MessageHeader(Namespace = Names.Tns)] public SoExceptionInfo ExceptionInfo;
        [MessageHeader(Namespace = Names.Tns)] public SoExtraInfo ExtraInfo;
        [MessageHeader(Namespace = Names.Tns)] public bool Succeeded;
        [MessageHeader(Namespace = Names.Tns)] public SoTimeZone TimeZone;
    }

    [MessageContract]
    public class Request
    {
        [MessageHeader(Namespace = Names.Tns)] public string ApplicationToken;
        [MessageHeader(Namespace = Names.Tns)] public SoCredentials Credentials;
        [MessageHeader(Namespace = Names.Tns)] public SoTimeZone TimeZone;
    }

    [MessageContract(WrapperName = "AuthenticateUsernamePassword", WrapperNamespace = Names.Tns)]
    public class AuthenticateUsernamePasswordRequest
    {
        [MessageHeader(Namespace = Names.Tns)] public string ApplicationToken;
        [MessageBodyMember(Namespace = Names.Tns, Order = 0)] public string UserName;
        [MessageBodyMember(Namespace = Names.Tns, Order = 1)] public string Password;
    }

    [MessageContract(WrapperName = "AuthenticateResponse", WrapperNamespace = Names.Tns)]
    public class AuthenticateAnswer : Answer
    {
        [MessageBodyMember(Namespace = Names.Tns, Order = 0)] public SoPrincipalCarrier Response;
        [MessageBodyMember(Namespace = Names.Tns, Order = 1)] public SoCredentials Credentials;
        [MessageBodyMember(Namespace = Names.Tns, Order = 2)] public bool AuthenticationSucceeded;
    }

    [MessageContract(WrapperName = "RegisterWithAccessGateway", WrapperNamespace = Names.Tns)]
    public class RegisterWithAccessGatewayRequest : Request
    {
        [MessageBodyMember(Namespace = Names.Tns)] public string RedirectUri;
    }

    [MessageContract(WrapperName = "RegisterWithAccessGatewayResponse", WrapperNamespace = Names.Tns)]
    public class RegisterWithAccessGatewayAnswer : Answer
    {
        [MessageBodyMember(Namespace = Names.Tns)] public AccessGatewayInfo Response;
    }

    [MessageContract(WrapperName = "SaveUser", WrapperNamespace = Names.Tns)]
    public class SaveUserRequest : Request
    {
        [MessageBodyMember(Namespace = Names.Tns)] public User User;
    }

    [MessageContract(WrapperName = "SaveUserResponse", WrapperNamespace = Names.Tns)]
    public class SaveUserAnswer : Answer
    {
        [MessageBodyMember(Namespace = Names.Tns)] public User Response;
    }

    [MessageContract(WrapperName = "GetUser", WrapperNamespace = Names.Tns)]
    public class GetUserRequest : Request
    {
        [MessageBodyMember(Namespace = Names.Tns)] public int UserId;
    }

    [MessageContract(WrapperName = "GetUserResponse", WrapperNamespace = Names.Tns)]
    public class GetUserAnswer : Answer
    {
        [MessageBodyMember(Namespace = Names.Tns)] public User Response;
    }

    [ServiceContract(Name = "SoPrincipal", Namespace = Names.Tns)]
    public interface ILogIn
    {
        [OperationContract(Action = Names.Tns + "/SoPrincipal/AuthenticateUsernamePassword", ReplyAction = "*")]
        AuthenticateAnswer AuthenticateUsernamePassword(AuthenticateUsernamePasswordRequest request);
    }

    [ServiceContract(Name = "User", Namespace = Names.Tns)]
    public interface IUsers
    {
        [OperationContract(Action = Names.Tns + "/User/RegisterWithAccessGateway", ReplyAction = "*")]
        RegisterWithAccessGatewayAnswer RegisterWithAccessGateway(RegisterWithAccessGatewayRequest request);

        [OperationContract(Action = Names.Tns + "/User/SaveUser", ReplyAction = "*")]
        SaveUserAnswer SaveUser(SaveUserRequest request);

        [OperationContract(Action = Names.Tns + "/User/GetUser", ReplyAction = "*")]
        GetUserAnswer GetUser(GetUserRequest request);

        [OperationContract(Action = Names.Tns + "/User/CreateDefaultUser", ReplyAction = "*")]
        [return: MessageParameter(Name = "Response")]
        User CreateDefaultUser();

        [OperationContract(Action = Names.Tns + "/User/GetAccessGatewayInfo", ReplyAction = "*")]
        [return: MessageParameter(Name = "Response")]
        AccessGatewayInfo GetAccessGatewayInfo();

        [OperationContract(Action = Names.Tns + "/User/GetAllUserGroups", ReplyAction = "*")]
        [return: MessageParameter(Name = "Response")]
        UserGroup[] GetAllUserGroups(bool IncludeDeleted);

        [OperationContract(Action = Names.Tns + "/User/SetDataRight", ReplyAction = "*")]
        void SetDataRight(int RoleId, string TableName, RoleRelationToOwner RelationToOwner, string DataRightValue);

        [OperationContract(Action = Names.Tns + "/User/GetDataRight", ReplyAction = "*")]
        [return: MessageParameter(Name = "Response")]
        string GetDataRight(int RoleId, string TableName, RoleRelationToOwner RelationToOwner);

        [OperationContract(Action = Names.Tns + "/User/GetRoleEntity", ReplyAction = "*")]
        [return: MessageParameter(Name = "Response")]
        RoleEntity GetRoleEntity(int RoleEntityId);

        [OperationContract(Action = Names.Tns + "/User/NoSuchOperation", ReplyAction = "*")]
        void NoSuchOperation();
    }
}
